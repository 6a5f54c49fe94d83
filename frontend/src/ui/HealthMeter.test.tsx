// SPDX-License-Identifier: Apache-2.0
import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { MAX_UINT256, WAD } from '../domain/units';
import { HealthMeter } from './HealthMeter';

describe('HealthMeter', () => {
  it('says the number, the word and the rule', () => {
    render(<HealthMeter healthWad={(115n * WAD) / 100n} />);
    expect(screen.getByTestId('health')).toHaveTextContent('1.15');
    expect(screen.getByText('In danger')).toBeVisible();
    expect(screen.getByRole('img')).toHaveAccessibleName(/Liquidation starts below 1/);
  });

  it('shows no figure where there is no debt', () => {
    render(<HealthMeter healthWad={MAX_UINT256} />);
    expect(screen.queryByTestId('health')).toBeNull();
    expect(screen.getByText('No debt')).toBeVisible();
  });
});
