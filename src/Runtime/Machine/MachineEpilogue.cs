using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>
/// The epilogues that the assembler has code for, as values: bias and scale, what is added, bounds or a curve, then floats or unsigned
/// bytes or both.
/// </summary>
internal readonly unsafe struct MachineEpilogue
{
    private readonly DequantizeAddBias terms;
    private readonly bool areTermsOfAll;
    private readonly MachineStore store;

    /// <param name="terms">Compensation, scale and bias.</param>
    /// <param name="areTermsOfAll">Whether scale and bias of any two registers of columns are the same ones.</param>
    /// <param name="store">Where results go.</param>
    private MachineEpilogue(DequantizeAddBias terms, bool areTermsOfAll, MachineStore store)
    {
        (this.terms, this.areTermsOfAll, this.store) = (terms, areTermsOfAll, store);
    }

    /// <summary>What is added and written.</summary>
    public EpilogueForm Form => store.Form;

    /// <summary>Results are at least this.</summary>
    public float Lowest => store.Lowest;

    /// <summary>Results are at most this.</summary>
    public float Highest => store.Highest;

    /// <summary>Where row 0 has column 0 as a byte.</summary>
    public byte* Bytes => store.Bytes;

    /// <summary>Bytes from row to row of them.</summary>
    public nint BytesPitch => store.BytesPitch;

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
        var described = new MachineStore();
        if (!TryTerms(epilogue, out var terms)
            || !store.TryDescribe(ref described))
        {
            return false;
        }

        if (typeof(TActivation) == typeof(Gelu))
        {
            created = new(terms, AreTermsOfAll<TEpilogue>(), described with { Form = described.Form | EpilogueForm.Gelu });
            return described.Form is EpilogueForm.Floats or EpilogueForm.Bytes;
        }

        // Sums of bytes alone are quantized by their scales.
        if (described.Form == (terms.Scale == null ? EpilogueForm.Rounded : EpilogueForm.Bytes))
        {
            return false;
        }

        if (!TryBounds(activation, out float lowest, out float highest))
        {
            return false;
        }

        if ((described.Form & (EpilogueForm.Sum | EpilogueForm.Rounded)) == 0)
        {
            (described.Lowest, described.Highest) = (lowest, highest);
        }
        else if (typeof(TActivation) != typeof(Identity))
        {
            // There is one pair of bounds: behind the addition, or the store's own.
            return false;
        }

        created = new(terms, AreTermsOfAll<TEpilogue>(), described);
        return true;
    }

    /// <summary>For columns column … column + columns - 1, at most two registers of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Describe(int column, int columns, int firstColumn, TileCall* call)
    {
        call->Floats = store.Floats + firstColumn + column;
        call->FloatsPitch = store.FloatsPitch;
        call->Bytes = store.Bytes + firstColumn + column;
        call->BytesPitch = store.BytesPitch;
        call->Addend = store.Addend + firstColumn + column;
        call->AddendPitch = store.AddendPitch;
        call->Columns = (1 << (((columns - 1) % PanelLayout.Columns) + 1)) - 1;
        call->Compensation = terms.Compensation + column;
        call->Scale = terms.Scale + (areTermsOfAll ? 0 : column);
        call->Bias = terms.Bias + (areTermsOfAll ? 0 : column);
        call->Curve = (float*)Unsafe.AsPointer(in Gelu.Constants[0]);
        call->Lowest = store.Lowest;
        call->Highest = store.Highest;
        call->Codes = store.Codes;
    }

    /// <summary>
    /// Fetches into the second-level cache what is added to some columns of a row and where their floats go. Changes nothing, and fails
    /// nowhere.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch(nint row, int column, int columns)
    {
        byte* addend = (byte*)(store.Addend + column) + (row * store.AddendPitch);
        byte* floats = (byte*)(store.Floats + column) + (row * store.FloatsPitch);
        for (int line = 0; line < columns * sizeof(float); line += PanelLayout.RowBytes)
        {
            Sse.Prefetch1(addend + line);
            Sse.Prefetch1(floats + line);
        }
    }

    /// <summary>The bounds that a function is, where it is two of them or less.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryBounds<TActivation>(TActivation activation, out float lowest, out float highest)
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

    private static bool AreTermsOfAll<TEpilogue>() =>
        typeof(TEpilogue) == typeof(DequantizePerTensor) || typeof(TEpilogue) == typeof(AddZero);

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

        if (typeof(TEpilogue) == typeof(AddZero))
        {
            terms = new(null, null, Unsafe.As<TEpilogue, AddZero>(ref epilogue).Zeros);
            return true;
        }

        if (typeof(TEpilogue) == typeof(AddBiasToPairs))
        {
            terms = new(null, null, Unsafe.As<TEpilogue, AddBiasToPairs>(ref epilogue).Terms.Bias);
            return true;
        }

        if (typeof(TEpilogue) == typeof(DequantizeAddBias))
        {
            terms = Unsafe.As<TEpilogue, DequantizeAddBias>(ref epilogue);
            return true;
        }

        if (typeof(TEpilogue) == typeof(DequantizePerTensor))
        {
            // A product is rounded as its sum with zero is, and none is -0: sums are integers.
            var one = Unsafe.As<TEpilogue, DequantizePerTensor>(ref epilogue);
            terms = new(one.Compensation, one.Scale, one.Zero);
            return true;
        }

        return false;
    }
}
