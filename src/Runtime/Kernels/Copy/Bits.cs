namespace MixPrec.Runtime.Kernels;

// Elements of a size, whatever they mean. Not the integers of the framework: a generic method with one of those is not compiled ahead.

internal readonly record struct Bits8(byte Value);

internal readonly record struct Bits16(ushort Value);

internal readonly record struct Bits32(uint Value);

internal readonly record struct Bits64(ulong Value);
