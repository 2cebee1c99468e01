using System.Globalization;

namespace MixPrec.Compiler.Foundation;

/// <summary>
/// Numbers in messages: four digits wherever the point stands, so that 1.234E-07 does not read as 0, in a form that metadata take back.
/// What a reader is told to allow is rounded up.
/// </summary>
internal static class SignificantDigits
{
    private const int Digits = 4;

    public static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>The text of a number that is not below <paramref name="value"/>.</summary>
    public static string Above(double value, int digits = Digits)
    {
        if (!(value > 0) || !double.IsFinite(value))
        {
            return Text(value);
        }

        // In decimal, where a power of ten is one: what is printed is the number that was rounded.
        int exponent = (int)Math.Floor(Math.Log10(value)) - digits + 1;
        for (double scaled = Math.Ceiling(value * Math.Pow(10, -exponent)) - 1; ; scaled++)
        {
            double rounded = double.Parse(string.Create(CultureInfo.InvariantCulture, $"{scaled:0}E{exponent}"),
                CultureInfo.InvariantCulture);
            if (rounded >= value)
            {
                return rounded.ToString("G15", CultureInfo.InvariantCulture);
            }
        }
    }
}
