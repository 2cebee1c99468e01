namespace MixPrec.Compiler.ErrorReduction;

/// <summary>
/// Unknown positive factors, some of which have to be equal or each other's inverse. A literal is a factor (even) or its inverse (odd);
/// <see cref="One"/> is the factor that is known.
/// </summary>
internal sealed class ScaleVariables
{
    /// <summary>The factor 1.</summary>
    public const int One = 0;

    // The literal that a variable equals; its own where it stands for a class.
    private readonly List<int> _equal = [One];

    /// <summary>A factor that nothing is known of.</summary>
    public int Add()
    {
        _equal.Add(2 * _equal.Count);
        return _equal[^1];
    }

    public int[] Add(int count) => [.. Enumerable.Range(0, count).Select(_ => Add())];

    public static int Inverse(int literal) => literal ^ 1;

    /// <summary>The literal of the class that stands for this one; <see cref="One"/> for 1 and for its inverse.</summary>
    public int Find(int literal)
    {
        int at = literal;
        while (_equal[at >> 1] >> 1 != at >> 1)
        {
            at = _equal[at >> 1] ^ (at & 1);
        }

        if (literal >> 1 != at >> 1)
        {
            _equal[literal >> 1] = at ^ (literal & 1);
        }

        return at >> 1 == 0 ? One : at;
    }

    /// <summary>Makes two factors equal. One that is its own inverse is 1.</summary>
    public void Unite(int left, int right)
    {
        var (a, b) = (Find(left), Find(right));
        if (a == b)
        {
            return;
        }

        if (a == Inverse(b))
        {
            _equal[a >> 1] = One;
        }
        else if (a >> 1 == 0)
        {
            _equal[b >> 1] = One;
        }
        else
        {
            _equal[a >> 1] = b ^ (a & 1);
        }
    }
}
