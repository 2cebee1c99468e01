using System.Globalization;

namespace MixPrec.Tasks.Models;

/// <summary>Bytes as lower-case digits.</summary>
internal static class Hexadecimal
{
    public static string Format(byte[] bytes) => string.Concat(bytes.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
}
