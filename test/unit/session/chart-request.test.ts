import { expect, test } from 'vitest';
import { chartAsked } from '../../../src/session/chart-request.js';

test.each([
  ['how many orders per week as a chart', 'how many orders per week', 'auto'],
  ['how many orders per week, as a line chart', 'how many orders per week', 'line'],
  ['Orders by state as a bar chart.', 'Orders by state', 'bar'],
  ['orders by state shown in a nice column graph!', 'orders by state', 'bar'],
  ['orders by state and show it as bars', 'orders by state', 'bar'],
  ['visits by city and weekday as a heat map', 'visits by city and weekday', 'heat'],
  ['visits by city and weekday as a heatmap chart', 'visits by city and weekday', 'heat'],
  ['price and weight of parts drawn as a scatter plot', 'price and weight of parts', 'scatter'],
  ['errors per day as a sparkline', 'errors per day', 'spark'],
  ['errors per day with a time series chart', 'errors per day', 'auto'],
  ['Generate a report as charts', 'Generate a report', 'auto'],
])('%s', (question, meant, chart) => {
  expect(chartAsked(question)).toEqual({ question: meant, chart });
});

test.each(['show the chart of accounts', 'which charts were sold', 'customers as a group', 'as a chart', 'what sells as well as a chart topper', 'list plots in Oslo', 'orders placed with a graph database'])('%s is left as it is', (question) => {
  expect(chartAsked(question)).toEqual({ question });
});

test('a kind that there is none of is refused, with those there are', () => {
  expect(() => chartAsked('orders by state as a pie chart')).toThrow('there is no pie chart here');
  expect(() => chartAsked('prices as a histogram')).toThrow('there is no histogram chart here');
});
