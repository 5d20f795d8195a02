declare const brand: unique symbol;

/** A nominal type: a plain `T` isn't assignable to it, so values that look alike can't be mixed. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** 64 lower-case hex digits. */
export type Sha256 = Brand<string, 'Sha256'>;

/** The SHA-256 of canonical JSON of everything that decides a version's vectors (64 hex digits). Its short form is the first 12. */
export type Fingerprint = Brand<string, 'Fingerprint'>;
