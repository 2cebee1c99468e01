using System.Globalization;

namespace MixPrec.Compiler.Report;

/// <summary>Numbers as people read them: three significant digits and a unit; a dash for what is not known.</summary>
internal static class ReportText
{
    public const string Unknown = "–";

    public static string Error(double error) =>
        double.IsNaN(error) ? Unknown : error == 0 ? "0" : error < 1e-4 ? Digits(error, "0.0E+0")
        : Digits(error, error < 0.1 ? "0.0000" : "0.000");

    public static string Microseconds(double microseconds) => Nanoseconds(microseconds * 1000);

    public static string Nanoseconds(double nanoseconds) => Scaled(nanoseconds, 1000, ["ns", "µs", "ms", "s"]);

    public static string Bytes(double bytes) => Scaled(bytes, 1000, ["B", "kB", "MB", "GB"]);

    public static string Count(double count) => Scaled(count, 1000, ["", "k", "M", "G", "T"]);

    public static string Seconds(double seconds) =>
        double.IsNaN(seconds) ? Unknown : seconds < 0.1 ? Digits(seconds * 1000, "0") + " ms"
        : Digits(seconds, seconds < 10 ? "0.0" : "0") + " s";

    /// <summary>A share as a percentage, with a decimal near 0 and near 1: 99.8 % must not read as 100 %.</summary>
    public static string Percent(double share) =>
        double.IsNaN(share) ? Unknown : Digits(100 * share, share is (> 0 and < 0.0995) or (> 0.9 and < 1) ? "0.0" : "0") + " %";

    /// <summary>Points of a hundred.</summary>
    public static string Points(double points) =>
        Digits(points, "0.00") + (Math.Abs(points) is > 0.995 and < 1.005 ? " point" : " points");

    public static string Ratio(double ratio) => double.IsFinite(ratio) ? Digits(ratio, "0.00") + "×" : Unknown;

    /// <summary>A number to sort by; what is not known comes first.</summary>
    public static string Key(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "-";

    /// <summary>A gain in the unit of the report.</summary>
    public static string Gain(double gain, string unit) => unit == "B" ? Bytes(gain) : Nanoseconds(gain);

    private static string Scaled(double value, double step, string[] units)
    {
        if (!double.IsFinite(value))
        {
            return Unknown;
        }

        int unit = 0;
        while (Math.Abs(value) >= 999.5 && unit < units.Length - 1)
        {
            (value, unit) = (value / step, unit + 1);
        }

        string digits = Digits(value, Math.Abs(value) >= 99.95 || (unit == 0 && value == Math.Round(value)) ? "0" : Math.Abs(value) >= 9.995
            ? "0.0" : "0.00");
        return units[unit].Length == 0 ? digits : $"{digits} {units[unit]}";
    }

    /// <summary>What was done to weights that only cost time.</summary>
    public static string SubnormalWeights(long count) => string.Create(CultureInfo.InvariantCulture,
        $"{count:N0} of the model {(count == 1 ? "is" : "are")} below 1.18E−38 and set to zero: processors compute slowly with them");

    private static string Digits(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture).Replace('-', '−');
}
