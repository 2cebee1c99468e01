namespace MixPrec.Compiler.Graphs;

/// <summary>The error function in double precision.</summary>
internal static class ErrorFunction
{
    /// <summary>erf x = 2/√π · Σ (-1)ⁿ x²ⁿ⁺¹ / (n! (2n+1)) up to 3, beyond by the continued fraction of erfc; error below 1e-12.</summary>
    public static double Evaluate(double x)
    {
        double size = Math.Abs(x);
        if (size > 3)
        {
            double fraction = size;
            for (int k = 60; k > 0; k--)
            {
                fraction = size + (k / 2.0 / fraction);
            }

            return Math.CopySign(1 - (Math.Exp(-size * size) / (fraction * Math.Sqrt(Math.PI))), x);
        }

        double power = x, sum = x;
        for (int n = 1; n < 80; n++)
        {
            power *= -x * x / n;
            sum += power / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
