using System.Runtime.InteropServices;
using MixPrec.Runtime;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>
/// The two products of an attention, in fp32 and with int8 operands, each with what it needs besides: the transposed keys are copied for
/// fp32 and read in place
/// for int8, which converts both operands in every run.
/// </summary>
internal sealed unsafe class Attention : IDisposable
{
    private const int Heads = 4;
    private const float Step = 0.01f;

    private readonly int tokens, width;
    private readonly float* queries, keys, values, transposed, scores, result;
    private readonly byte* codes;
    private readonly sbyte* panels;
    private readonly int* compensations;
    private readonly int[] batch = [Heads], square, columns, byToken, byWidth;

    public Attention(int tokens, int width)
    {
        (this.tokens, this.width) = (tokens, width);
        (square, columns, byToken, byWidth) = ([tokens * tokens], [tokens * width], [tokens * Padded(tokens)], [tokens * Padded(width)]);
        queries = New(tokens * width);
        keys = New(tokens * width);
        values = New(tokens * width);
        transposed = New(tokens * width);
        scores = New(tokens * tokens);
        result = New(tokens * width);
        codes = (byte*)New(tokens * Padded(Math.Max(tokens, width)));
        panels = (sbyte*)New(Padded(tokens) * 64);
        compensations = (int*)New(tokens + 64);
    }

    public void ScoresInFloat()
    {
        Copy.Strided(new Pointer<float>(keys), new(transposed), [Heads, width, tokens], [tokens * width, 1, width],
            [tokens * width, tokens, 1]);
        MatMul.F32(tokens, tokens, width, new(queries), new(transposed), new(scores), batch, columns, columns);
    }

    public void ScoresIn8Bits()
    {
        Quantize.Run(new(queries), new(codes), Heads * tokens, width, Step, 128, 255);
        MatMul.U8S8(tokens, tokens, width, new(codes), new(keys), new(scores), batch, byWidth, columns, 1, width, 128, Step, Step * Step,
            new(panels), new(compensations));
    }

    public void ScoresIn7Bits()
    {
        Quantize.Run(new(queries), new(codes), Heads * tokens, width, Step, 64, 127);
        MatMul.U7S8(tokens, tokens, width, new(codes), new(keys), new(scores), batch, byWidth, columns, 1, width, 64, Step, Step * Step,
            new(panels), new(compensations));
    }

    public void ValuesInFloat() => MatMul.F32(tokens, width, tokens, new(scores), new(values), new(result), batch, square, columns);

    public void ValuesIn8Bits()
    {
        Quantize.Run(new(scores), new(codes), Heads * tokens, tokens, Step, 0, 255);
        MatMul.U8S8(tokens, width, tokens, new(codes), new(values), new(result), batch, byToken, columns, width, 1, 0, Step, Step * Step,
            new(panels), new(compensations));
    }

    public void ValuesIn7Bits()
    {
        Quantize.Run(new(scores), new(codes), Heads * tokens, tokens, Step, 0, 127);
        MatMul.U7S8(tokens, width, tokens, new(codes), new(values), new(result), batch, byToken, columns, width, 1, 0, Step, Step * Step,
            new(panels), new(compensations));
    }

    /// <summary>Prints the table.</summary>
    public static void Report()
    {
        Console.WriteLine($"{$"attention of {Heads} heads, GMAC/s",-42} {"fp32",8} {"8-bit",8} {"gain",6} {"7-bit",8} {"gain",6}");
        foreach (int tokens in new[] { 64, 128, 256 })
        {
            foreach (int width in new[] { 16, 32, 64 })
            {
                using var attention = new Attention(tokens, width);
                attention.Print($"scores {tokens}×{width} · {width}×{tokens}", attention.ScoresInFloat, attention.ScoresIn8Bits,
                    attention.ScoresIn7Bits);
                attention.Print($"values {tokens}×{tokens} · {tokens}×{width}", attention.ValuesInFloat, attention.ValuesIn8Bits,
                    attention.ValuesIn7Bits);
            }
        }
    }

    public void Dispose()
    {
        foreach (void* memory in new[] { (nint)queries, (nint)keys, (nint)values, (nint)transposed, (nint)scores, (nint)result, (nint)codes,
            (nint)panels, (nint)compensations })
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private void Print(string title, params Action[] kernels)
    {
        double[] times = Clock.Medians(200, kernels);
        double macs = (double)Heads * tokens * tokens * width;
        Console.WriteLine($"{title,-42} {macs / times[0],8:F1} {macs / times[1],8:F1} {times[0] / times[1],5:F2}x {macs / times[2],8:F1} {times[0] / times[2],5:F2}x");
    }

    private static int Padded(int bytes) => (bytes + 3) & ~3;

    private static float* New(int length)
    {
        nuint count = (nuint)(length * Heads);
        float* memory = (float*)NativeMemory.AlignedAlloc(count * sizeof(float), 64);
        var random = new Random(length);
        for (nuint i = 0; i < count; i++)
        {
            memory[i] = random.NextSingle();
        }

        return memory;
    }
}
