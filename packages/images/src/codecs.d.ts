// Types of the codecs, which bring none of their own: what is used here.

interface CodecFrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
}

/** Memory belongs to the module; views of it die with its growth. */
interface CodecDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): CodecFrameInfo;
  decode(): void;
  delete(): void;
}

declare module "@cornerstonejs/codec-charls/decodewasmjs" {
  export interface JpegLSDecoder extends CodecDecoder {
    /** 0 plane after plane, 1 line after line, 2 pixel after pixel. */
    getInterleaveMode(): number;
  }
  export interface CharlsModule {
    readonly JpegLSDecoder: new () => JpegLSDecoder;
  }
  export default function createCharls(): Promise<CharlsModule>;
}

declare module "@cornerstonejs/codec-openjpeg/decodewasmjs" {
  export type J2KDecoder = CodecDecoder;
  export interface OpenJpegModule {
    readonly J2KDecoder: new () => J2KDecoder;
  }
  export default function createOpenJpeg(settings: {
    readonly print: (text: string) => void;
    readonly printErr: (text: string) => void;
  }): Promise<OpenJpegModule>;
}

declare module "jpeg-lossless-decoder-js" {
  export class Decoder {
    decompress(buffer: ArrayBuffer, offset: number, length: number): ArrayBuffer;
  }
}
