/** The five forms of question in the shipping line's own words, with three paraphrases of each. */

export const details = [
  'Show complete booking details with shipper and vessel info across systems',
  'List all bookings together with their shipper and vessel details',
  'Give me full booking details including the vessel and the shipper',
  'Show every booking with complete shipper and vessel information from all services',
] as const;

export const correlation = [
  'Find declaration rejections and correlate with the fault ratio of the clients component',
  'Correlate rejected declarations with clients fault ratio',
  'How do declaration rejections correlate with the fault ratio of clients?',
  'Find rejected declarations and correlate with clients fault ratio per hour',
] as const;

export const differences = [
  'Compare data structures between systems',
  'What schema mismatches exist between our services?',
  'Show how the schemas of the databases differ',
  'Where do column types disagree across systems?',
] as const;

export const trace = [
  'Follow a message through every system',
  'Trace the latest message across all systems',
  'Track one message through all our services',
  'Show the journey of a message across the whole estate',
] as const;

export const report = [
  'Produce an analytics report across all systems',
  'Generate a report over all services',
  'Create a cross-system summary report',
  'Give me an overview report of the whole estate',
] as const;
