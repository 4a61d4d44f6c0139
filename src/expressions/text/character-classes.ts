/**
 * The classes of characters of glibc's locale C.UTF-8 (glibc 2.36, Unicode 14), as the inside of a regular expression's
 * brackets (flag v). JavaScript knows a later Unicode: what came after 14 is taken out again. Where ranges are bridged, the
 * gap holds nothing of the class.
 */
export type ClassName =
  | 'alnum'
  | 'alpha'
  | 'ascii'
  | 'blank'
  | 'cntrl'
  | 'digit'
  | 'lower'
  | 'punct'
  | 'space'
  | 'upper'
  | 'word'
  | 'xdigit';

const youngLetters =
  String.raw`\u{363}-\u{36f}\u{88f}-\u{897}\u{c04}\u{c5c}\u{cdc}\u{cf3}\u{f82}-\u{f83}\u{1c89}-\u{1c8a}` +
  String.raw`\u{1dd3}-\u{1de6}\u{a7cb}-\u{a7cf}\u{a7d2}\u{a7d4}\u{a7da}-\u{a7f1}\u{105c0}-\u{105f3}` +
  String.raw`\u{10940}-\u{10959}\u{10d40}-\u{10d85}\u{10ec2}-\u{10efc}\u{11080}-\u{11081}` +
  String.raw`\u{1123f}-\u{11241}\u{11380}-\u{113d3}\u{116d0}-\u{116e3}\u{11b60}-\u{11bf9}` +
  String.raw`\u{11db0}-\u{11de9}\u{11f00}-\u{11f59}\u{1342f}-\u{143fa}\u{16100}-\u{16139}` +
  String.raw`\u{16d40}-\u{16d79}\u{16ea0}-\u{16ed3}\u{16ff2}-\u{16ff6}\u{187f8}-\u{187ff}\u{18cff}` +
  String.raw`\u{18d09}-\u{18df2}\u{1b132}\u{1b155}\u{1ccf0}-\u{1ccf9}\u{1df25}-\u{1df2a}` +
  String.raw`\u{1e030}-\u{1e08f}\u{1e4d0}-\u{1e6ff}\u{2b739}-\u{2b73f}\u{2cea2}-\u{2cead}` +
  String.raw`\u{2ebf0}-\u{2ee5d}\u{31350}-\u{33479}`;

const youngSigns =
  String.raw`\u{88f}\u{897}\u{c5c}\u{cdc}\u{cf3}\u{ece}\u{1acf}-\u{1aeb}\u{1b4e}-\u{1b4f}\u{1b7f}` +
  String.raw`\u{1c89}-\u{1c8a}\u{20c1}\u{2427}-\u{2429}\u{2b96}\u{2ffc}-\u{2fff}\u{31e4}-\u{31ef}` +
  String.raw`\u{a7cb}-\u{a7cf}\u{a7d2}\u{a7d4}\u{a7da}-\u{a7f1}\u{fbc3}-\u{fbd2}\u{fd90}-\u{fd91}` +
  String.raw`\u{fdc8}-\u{fdce}\u{105c0}-\u{105f3}\u{10940}-\u{10959}\u{10d40}-\u{10d8f}` +
  String.raw`\u{10ec2}-\u{10eff}\u{1123f}-\u{11241}\u{11380}-\u{113e2}\u{116d0}-\u{116e3}` +
  String.raw`\u{11b00}-\u{11bf9}\u{11db0}-\u{11de9}\u{11f00}-\u{11f5a}\u{1342f}\u{13439}-\u{143fa}` +
  String.raw`\u{16100}-\u{16139}\u{16d40}-\u{16d79}\u{16ea0}-\u{16ed3}\u{16ff2}-\u{16ff6}` +
  String.raw`\u{187f8}-\u{187ff}\u{18cff}\u{18d09}-\u{18df2}\u{1b132}\u{1b155}\u{1cc00}-\u{1cef0}` +
  String.raw`\u{1d2c0}-\u{1d2d3}\u{1df25}-\u{1df2a}\u{1e030}-\u{1e08f}\u{1e4d0}-\u{1e6ff}` +
  String.raw`\u{1f6d8}-\u{1f6dc}\u{1f774}-\u{1f77f}\u{1f7d9}\u{1f8b2}-\u{1f8d8}\u{1fa54}-\u{1fa57}` +
  String.raw`\u{1fa75}-\u{1fa77}\u{1fa87}-\u{1fa8f}\u{1faad}-\u{1faaf}\u{1fabb}-\u{1fabf}` +
  String.raw`\u{1fac6}-\u{1facf}\u{1fada}-\u{1fadf}\u{1fae8}-\u{1faef}\u{1faf7}-\u{1faf8}` +
  String.raw`\u{1fbcb}-\u{1fbef}\u{1fbfa}\u{2b739}-\u{2b73f}\u{2cea2}-\u{2cead}\u{2ebf0}-\u{2ee5d}` +
  String.raw`\u{31350}-\u{33479}`;

const alnum = String.raw`[[\p{Alphabetic}\p{Nd}]--[${youngLetters}]]`;

export const classSources: Readonly<Record<ClassName, string>> = {
  alnum,
  alpha: `[${alnum}--[0-9]]`,
  ascii: String.raw`\0-\x7f`,
  blank: String.raw`\t\x20`,
  cntrl: String.raw`\x01-\x1f\x7f-\x9f`,
  digit: '0-9',
  lower: String.raw`[[\p{Lowercase}\u{1c5}\u{1c8}\u{1cb}\u{1f2}\u{295}]--[\u{10fc}\u{1c8a}\u{a7cd}-\u{a7cf}\u{a7db}-\u{a7f4}\u{ab69}\u{10d70}-\u{10d85}\u{16ebb}-\u{16ed3}\u{1df25}-\u{1e06d}]]`,
  punct: String.raw`[[[\p{Any}--[\p{Cn}\p{Cs}\p{Cc}\p{Z}]]--${alnum}]--[${youngSigns}]]\u{a0}\u{2007}\u{202f}`,
  space: String.raw`\t-\r\x20\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000`,
  upper:
    String.raw`[[\p{Lu}\u{1c5}\u{1c8}\u{1cb}\u{1f2}\u{1f88}-\u{1f8f}\u{1f98}-\u{1f9f}\u{1fa8}-\u{1faf}\u{1fbc}\u{1fcc}\u{1ffc}` +
    String.raw`\u{2160}-\u{216f}\u{24b6}-\u{24cf}\u{1f130}-\u{1f149}\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}]` +
    String.raw`--[\u{1c89}\u{a7cb}-\u{a7ce}\u{a7d2}-\u{a7d4}\u{a7da}-\u{a7dc}\u{10d50}-\u{10d65}\u{16ea0}-\u{16eb8}]]`,
  word: `${alnum}_`,
  xdigit: '0-9A-Fa-f',
};
