/** Text by key. */
export interface TextStorage {
  /** Whether it outlives the page. */
  readonly isKept: boolean;
  get(key: string): string | null;
  /** @throws Error when the browser has no more room */
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): readonly string[];
}

/** The browser's storage, or memory where a browser gives a page none, as some do for local files. */
export function keptStorage(): TextStorage {
  try {
    const { localStorage } = window;
    const probe = "rarl-probe";
    localStorage.setItem(probe, "");
    localStorage.removeItem(probe);
    return browserStorage(localStorage);
  } catch {
    return memoryStorage();
  }
}

function browserStorage(storage: Storage): TextStorage {
  return {
    isKept: true,
    get: (key) => storage.getItem(key),
    set: (key, value) => {
      storage.setItem(key, value);
    },
    remove: (key) => {
      storage.removeItem(key);
    },
    keys: () => Array.from({ length: storage.length }, (_, index) => storage.key(index)!),
  };
}

function memoryStorage(): TextStorage {
  const values = new Map<string, string>();
  return {
    isKept: false,
    get: (key) => values.get(key) ?? null,
    set: (key, value) => {
      values.set(key, value);
    },
    remove: (key) => {
      values.delete(key);
    },
    keys: () => [...values.keys()],
  };
}
