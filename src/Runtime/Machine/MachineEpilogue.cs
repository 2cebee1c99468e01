using System.Runtime.CompilerServices;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Machine;

/// <summary>The epilogues that the assembler has code for, as values: bias and scale, then bounds, then floats or unsigned bytes.</summary>
internal readonly unsafe struct MachineEpilogue
{
    private readonly DequantizeAddBias terms;
    private readonly float lowest, highest;

    private MachineEpilogue(DequantizeAddBias terms, float lowest, float highest, StoreF32 store)
    {
        this.terms = terms;
        (this.lowest, this.highest) = (lowest, highest);
        Target = (byte*)store.Target;
        Pitch = store.Pitch * sizeof(float);
    }

    private MachineEpilogue(DequantizeAddBias terms, float lowest, float highest, StoreU8 store)
    {
        this.terms = terms;
        (this.lowest, this.highest) = (lowest, highest);
        Target = store.Target;
        Pitch = store.Pitch;
        ToBytes = true;
        Codes = new()
        {
            // Sums of bytes are no NaN: both pairs of bounds are one.
            FirstValue = terms.Scale == null ? store.FirstValue : store.Bounded(Math.Min(lowest, highest)),
            LastValue = terms.Scale == null ? store.LastValue : store.Bounded(highest),
            Reciprocal = store.Reciprocal,
            NegativeScale = -store.Scale,
            ZeroPoint = store.ZeroPoint,
        };
    }

    /// <summary>Whether results are unsigned bytes; otherwise they are floats.</summary>
    public bool ToBytes { get; }

    /// <summary>Of unsigned bytes.</summary>
    public CodeRange Codes { get; }

    /// <summary>Where row 0 has column 0.</summary>
    public byte* Target { get; }

    /// <summary>Bytes from row to row.</summary>
    public nint Pitch { get; }

    /// <summary>
    /// The same as three kinds of code, where there is machine code for it. All but the values is decided when this is compiled.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCreate<TEpilogue, TActivation, TStore>(
        TEpilogue epilogue, TActivation activation, TStore store, out MachineEpilogue created)
        where TEpilogue : struct, IEpilogue
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        created = default;
        if (!TryBounds(activation, out float lowest, out float highest) || !TryTerms(epilogue, out var terms))
        {
            return false;
        }

        if (typeof(TStore) == typeof(StoreF32))
        {
            created = new(terms, lowest, highest, Unsafe.As<TStore, StoreF32>(ref store));
            return true;
        }

        if (typeof(TStore) == typeof(StoreU8) && Unsafe.As<TStore, StoreU8>(ref store) is { Reciprocal: not 0 } bytes)
        {
            created = new(terms, lowest, highest, bytes);
            return true;
        }

        return false;
    }

    /// <summary>For columns column … column + columns - 1, at most two registers of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Describe(int column, int columns, int firstColumn, TileCall* call)
    {
        call->Target = Target + ((nint)(firstColumn + column) * (ToBytes ? sizeof(byte) : sizeof(float)));
        call->TargetPitch = Pitch;
        call->Columns = (1 << (((columns - 1) % PanelLayout.Columns) + 1)) - 1;
        call->Compensation = terms.Compensation + column;
        call->Scale = terms.Scale + column;
        call->Bias = terms.Bias + column;
        call->Lowest = lowest;
        call->Highest = highest;
        call->Codes = Codes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryTerms<TEpilogue>(TEpilogue epilogue, out DequantizeAddBias terms)
        where TEpilogue : struct, IEpilogue
    {
        terms = default;
        if (typeof(TEpilogue) == typeof(AddBias))
        {
            terms = new(null, null, Unsafe.As<TEpilogue, AddBias>(ref epilogue).Bias);
            return true;
        }

        if (typeof(TEpilogue) == typeof(DequantizeAddBias))
        {
            terms = Unsafe.As<TEpilogue, DequantizeAddBias>(ref epilogue);
            return true;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryBounds<TActivation>(TActivation activation, out float lowest, out float highest)
        where TActivation : struct, IUnaryFunction
    {
        (lowest, highest) = (float.NegativeInfinity, float.PositiveInfinity);
        if (typeof(TActivation) == typeof(Identity))
        {
            return true;
        }

        if (typeof(TActivation) == typeof(Relu))
        {
            lowest = 0;
            return true;
        }

        if (typeof(TActivation) == typeof(Clip))
        {
            var clip = Unsafe.As<TActivation, Clip>(ref activation);
            (lowest, highest) = (clip.Lowest, clip.Highest);
            return true;
        }

        return false;
    }
}
