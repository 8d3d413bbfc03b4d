/** What the text samples hold. */
export const SAMPLE_TEXT: Uint8Array = new TextEncoder().encode('isokit reads what xz writes. '.repeat(20))

/** Calls to many places, as machine code has them. */
const SAMPLE_CODE: Uint8Array = Uint8Array.from({ length: 480 }, (_, index) => {
  const address = (Math.floor(index / 8) * 37) & 0xffff
  return [0xe8, address & 0xff, address >>> 8, 0, 0, 0x90, 0x90, 0x55][index % 8] ?? 0
})

/** Streams that `xz` 5.4.1 wrote, with its options. */
export const XZ_SAMPLES: readonly {
  readonly options: string
  readonly stream: Uint8Array
  readonly content: Uint8Array
}[] = [
  {
    options: '-C none',
    stream: base64(
      '/Td6WFoAAAD/EtlBAgAhARYAAAB0L+Wj4AJDACZdADScyiJJgWPkRHNIRYR7pgxMPPZE0j4h6laEl0mAmmWRGMqpTgAAAAAAAAE6xAQAAABaKUP1qAAK/AIAAAAAAFla',
    ),
    content: SAMPLE_TEXT,
  },
  {
    options: '-C crc32',
    stream: base64(
      '/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4AJDACZdADScyiJJgWPkRHNIRYR7pgxMPPZE0j4h6laEl0mAmmWRGMqpTgAAAAAA2rZZOwABPsQEAAAATGvSbj4wDYsCAAAAAAFZWg==',
    ),
    content: SAMPLE_TEXT,
  },
  {
    options: '-C crc64',
    stream: base64(
      '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AJDACZdADScyiJJgWPkRHNIRYR7pgxMPPZE0j4h6laEl0mAmmWRGMqpTgAAAAAAdem4/FE/VeMAAULEBAAAAPamMhKxxGf7AgAAAAAEWVo=',
    ),
    content: SAMPLE_TEXT,
  },
  {
    options: '-C sha256',
    stream: base64(
      '/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4AJDACZdADScyiJJgWPkRHNIRYR7pgxMPPZE0j4h6laEl0mAmmWRGMqpTgAAAAAAV+OVdEj8Qzhv3YGd06k/tscI57C2d9eEGRWKwqcEEIEAAVrEBAAAAAAmt/226d8cAgAAAAAKWVo=',
    ),
    content: SAMPLE_TEXT,
  },
  {
    options: '-C crc32 --block-size=200',
    stream: base64(
      '/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4ADHACNdADScyiJJgWPkRHNIRYR7pgxMPPZE0j4h6laEl0mAgkN4rIAAAAC/HxLgAgAhARYAAAB0L+Wj4ADHACRdADmLgAbUMtRM6ckAgNN9cr1vURc0iGGeoQc9UsUvyVjT6dwAAADUxtobAgAhARYAAAB0L+Wj4ACzACNdADSdCM7yVoVleK2D1t6kR/sdGQtx0y+zeOCW6zJPYp99QxAAAADZpw25AAM7yAE8yAE7tAEADRrv7pvjUUADAAAAAAFZWg==',
    ),
    content: SAMPLE_TEXT,
  },
  {
    options: '-C crc32 -T2 --block-size=200',
    stream: base64(
      '/Td6WFoAAAFpIt42A8AryAEhARYAAAAAqeLcmOAAxwAjXQA0nMoiSYFj5ERzSEWEe6YMTDz2RNI+IepWhJdJgIJDeKyAAAAAvx8S4APALMgBIQEWAAAAAND5AHrgAMcAJF0AOYuABtQy1EzpyQCA031yvW9RFzSIYZ6hBz1SxS/JWNPp3AAAANTG2hsDwCu0ASEBFgAAAABo0kuO4ACzACNdADSdCM7yVoVleK2D1t6kR/sdGQtx0y+zeOCW6zJPYp99QxAAAADZpw25AAM/yAFAyAE/tAEAf5euQ5vjUUADAAAAAAFZWg==',
    ),
    content: SAMPLE_TEXT,
  },
  {
    options: '--lzma2=lc=0,lp=2,pb=4',
    stream: base64(
      '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AJDACfGADScyeazWVj9uhiP5dzqvEc/V3l2iP0iTLYCWepbYbcJmjdLglIAAAAAdem4/FE/VeMAAUPEBAAAAFN1btmxxGf7AgAAAAAEWVo=',
    ),
    content: SAMPLE_TEXT,
  },
  {
    options: '< /dev/null',
    stream: base64('/Td6WFoAAATm1rRGAAAAABzfRCEftvN9AQAAAAAEWVo='),
    content: new Uint8Array(0),
  },
  {
    options: '--x86 --lzma2=preset=6',
    stream: base64(
      '/Td6WFoAAATm1rRGAgEEACEBFgANhjUf4AHfAHVdAHQBPBk4u6sZFN0b3JIy7v11eThJza3F3AT03cqelq22mUn79E51iIW5ulDTCYA+IG6rEmIASA2uO5ao96p0xlVAJp/Q8taRHhUDYlT6vJpwK7NA7imz0FdvO66MI8qSkYuvF/RHhJYYwJMzEeiFAobd0mV0fwAAAABQxZhu0O80zgABkQHgAwAA6sc2/LHEZ/sCAAAAAARZWg==',
    ),
    content: SAMPLE_CODE,
  },
]

/** A stream of `xz --delta --lzma2=preset=6`, a filter that isokit does not know. */
export const XZ_DELTA_SAMPLE: Uint8Array = base64(
  '/Td6WFoAAATm1rRGAgEDAQAhARZ5IMTu4AJDACldADSCm5w2FX1W9jZoG3ZAvVz5Q/CudXsVEV6V8mhjcSaTJD38djJw14QAAAAAAHXpuPxRP1XjAAFFxAQAAABOljcPscRn+wIAAAAABFla',
)

function base64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
