/** The bytes that a line must hold to speak of a trace, however its writer spells the id. */

/** OTLP's JSON has hexadecimal digits; writers that follow protobuf's own JSON mapping have base64. */
export function needlesOf(ids: readonly string[]): Buffer[] {
  return ids.flatMap((id) => {
    const low = id.slice(16);
    // The lower half stands in the whole, and is all that some writers have; Datadog writes it as a decimal number.
    return [low, low.toUpperCase(), BigInt(`0x${low}`).toString(), Buffer.from(id, 'hex').toString('base64')].map((text) => Buffer.from(text));
  });
}

export function hexOf(id: unknown): unknown {
  return typeof id === 'string' && /^[A-Za-z0-9+/]{22}==$|^[A-Za-z0-9+/]{11}=$/.test(id) ? Buffer.from(id, 'base64').toString('hex') : id;
}
