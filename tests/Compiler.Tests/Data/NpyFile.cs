using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MixPrec.Compiler.Tests.Data;

/// <summary>An array as numpy writes it: a format 1.0 header that ends at a multiple of 64 bytes, then the elements.</summary>
internal static class NpyFile
{
    public static byte[] Bytes<T>(string descriptor, T[] elements, params long[] shape)
        where T : unmanaged
    {
        string header = string.Create(CultureInfo.InvariantCulture,
            $"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': ({string.Concat(shape.Select(s => $"{s}, "))}), }}");
        header = header.PadRight(128 - 10 - 1) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header),
            .. MemoryMarshal.AsBytes<T>(elements)];
    }
}
