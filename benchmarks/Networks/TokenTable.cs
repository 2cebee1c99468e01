using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Timing;
using MixPrec.Plan;

namespace MixPrec.Benchmarks.Networks;

/// <summary>
/// What one more token takes behind others: the session of the generated class against ONNX Runtime, which gets the past as a tensor and
/// returns it one
/// token longer, or computes the whole window where the model has no past.
/// </summary>
internal static class TokenTable
{
    private static readonly int[] Positions = [16, 64, 128, 255];

    public static void Print(IEnumerable<string> folders)
    {
        Console.WriteLine($"{Machine.Description}, .NET {Environment.Version}, one thread each; medians of {Interleaved.Rounds} interleaved rounds\n");
        Console.WriteLine("| decoder | tokens before | ONNX Runtime fp32 | session | ratio |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        foreach (string folder in folders)
        {
            string path = OnnxTestCase.ModelPath(folder);
            using var decoder = new Decoder(path, Positions[^1] + 1);
            foreach (int position in Positions.Select(p => Math.Min(p, decoder.MaxTokens - 1)).Distinct())
            {
                using var peer = new OnnxRuntimeRun(path, [.. decoder.Inputs.Select(i => Input(i, decoder, position))]);
                double[] times = Interleaved.Medians(peer.Invoke, () => decoder.Next(position));
                Console.WriteLine($"| {Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))} | {position} | {times[0]:F1} µs | {times[1]:F1} µs | {times[0] / times[1]:F2} |");
            }
        }
    }

    /// <summary>
    /// One sequence: its next token or the whole window, and a past, whose length is the symbol that tokens do not have, of
    /// <paramref name="position"/> tokens.
    /// </summary>
    private static Tensor Input(Value input, Decoder decoder, int position)
    {
        string[] ones = [.. decoder.Inputs[0].Shape.SelectMany(d => d.Symbols)];
        var symbols = input.Shape.SelectMany(d => d.Symbols).Distinct().ToDictionary(s => s, s => ones.Contains(s) ? 1L : position);
        return Tensor.Zeros(input.Type.Element, input.Type.ShapeAt(symbols));
    }
}
