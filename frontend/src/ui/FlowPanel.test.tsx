// SPDX-License-Identifier: Apache-2.0
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { FlowView } from '../domain/flow';
import { FlowPanel } from './FlowPanel';

const problem = {
  title: 'The market has reached its supply cap.',
  meaning: 'Nothing was changed.',
  advice: 'Supply less.',
  details: 'pool: supply cap',
};
const flow = (changes: Partial<FlowView>): FlowView => ({
  phase: 'ready',
  steps: ['Supply'],
  stepIndex: 0,
  start: vi.fn(),
  dismiss: vi.fn(),
  ...changes,
});
const button = () => screen.getByRole('button', { name: /Supply|Waiting|Sent/ });

describe('FlowPanel', () => {
  it('starts once it was tried out', async () => {
    const view = flow({});
    render(<FlowPanel flow={view} label="Supply" />);
    await userEvent.click(button());
    expect(view.start).toHaveBeenCalledOnce();
  });

  it.each(['idle', 'simulating', 'refused', 'signing', 'sent'] as const)(
    'cannot be pressed while %s',
    (phase) => {
      render(<FlowPanel flow={flow({ phase, problem })} label="Supply" />);
      expect(button()).toBeDisabled();
    },
  );

  it('says in words why the chain would refuse', () => {
    render(<FlowPanel flow={flow({ phase: 'refused', problem })} label="Supply" />);
    expect(screen.getByText(problem.title)).toBeVisible();
    expect(screen.getByText('pool: supply cap')).toBeInTheDocument();
  });

  it('waits for a risk to be acknowledged, and anew when the risk changes', async () => {
    const { rerender } = render(
      <FlowPanel flow={flow({})} label="Supply" acknowledgement="Health 1.20, accepted." />,
    );
    expect(button()).toBeDisabled();
    await userEvent.click(screen.getByRole('checkbox'));
    expect(button()).toBeEnabled();
    rerender(<FlowPanel flow={flow({})} label="Supply" acknowledgement="Health 1.05, accepted." />);
    expect(button()).toBeDisabled();
  });

  it('keeps a failure until somebody acts', async () => {
    const view = flow({ phase: 'failed', problem });
    render(<FlowPanel flow={view} label="Supply" />);
    expect(screen.getByRole('status')).toHaveTextContent(problem.title);
    await userEvent.click(button());
    expect(view.start).toHaveBeenCalledOnce();
  });
});
