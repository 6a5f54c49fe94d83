// SPDX-License-Identifier: Apache-2.0
import type { HealthBand } from '../domain/healthBand';
import type { Tone } from './BeforeAfter';

/** Each band of health in a word, with its colour. */
export const healthWords: Record<HealthBand, { word: string; tone: Tone; mark: string }> = {
  no_debt: { word: 'No debt', tone: 'plain', mark: '–' },
  safe: { word: 'Safe', tone: 'good', mark: '●' },
  watch: { word: 'Watch it', tone: 'warn', mark: '◆' },
  danger: { word: 'In danger', tone: 'bad', mark: '▲' },
  liquidatable: { word: 'Can be liquidated', tone: 'bad', mark: '✕' },
};
