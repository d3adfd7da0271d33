/**
 * What is drawn at once is sent at once: ink writes a frame in several pieces, and over a slow line each would be a
 * packet of its own, between which a person sees half a frame.
 */

interface Corked {
  cork(): void;
  uncork(): void;
}

/** The stream, except that writes of one turn of the event loop leave it together. */
export function framed<T extends Corked & object>(stream: T): T {
  let corked = false;
  return new Proxy(stream, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const method = value as (...args: unknown[]) => unknown;
      if (name !== 'write') return method.bind(target);
      return (...args: unknown[]) => {
        if (!corked) {
          corked = true;
          target.cork();
          process.nextTick(() => {
            corked = false;
            target.uncork();
          });
        }
        return method.apply(target, args);
      };
    },
  });
}
