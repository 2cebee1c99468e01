using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MixPrec.Compiler;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Operators;
using MixPrec.Emit;
using MixPrec.Fuzz.Mutation;
using MixPrec.Generator;
using MixPrec.Plan;

namespace MixPrec.Fuzz.Targets;

/// <summary>Plan files: what the generator accepts has to be printed as C# without a syntax error.</summary>
internal sealed class PlanTarget : IFuzzTarget
{
    /// <summary>Plans with every kind of argument, with counts, loops and requirements.</summary>
    private static readonly string[] Operators = ["Conv", "MatMul", "Gather", "NonZero", "NonMaxSuppression", "LSTM", "Softmax", "Concat",
        "Unique", "QLinearMatMul", "Pad", "Loop", "DequantizeLinear", "TopK"];

    private readonly string[] _seeds = [.. Operators.SelectMany(o => Plans(OperatorSamples.Typical[o]))];

    public string Name => "plan";

    public string Extension => ".json";

    public int Share => 12;

    public byte[] Make(Random random) =>
        Encoding.UTF8.GetBytes(TextMutator.Mutate(random, _seeds[random.Next(_seeds.Length)], random.Next(1, 5)));

    public string Read(byte[] input)
    {
        var read = PlannedClass.Read(new PlanFile("fuzzed", IsStub: false, Encoding.UTF8.GetString(input)));
        if (read.Plan is null)
        {
            return read.Finding!.Id;
        }

        var error = CSharpSyntaxTree.ParseText(ModelEmitter.Emit(read.Plan)).GetDiagnostics()
            .FirstOrDefault(d => d.Severity == DiagnosticSeverity.Error);
        return error is null ? Outcome.Accepted : throw new InvalidOperationException($"the printed class does not parse: {error.Id}");
    }

    public IEnumerable<byte[]> Smaller(byte[] input) => [];

    private static IEnumerable<string> Plans(OperatorSample sample)
    {
        foreach (char[] open in (char[][])[[], [.. sample.Letters]])
        {
            string? text = null;
            try
            {
                text = PlanWriter.Write(Lowerer.Lower(GraphRewrites.Apply(sample.Import(ElementType.F32, open)),
                    PrecisionAssignment.AllFloat, RangeTable.Empty, new LoweringOptions("Seed"), new MemoryStream()));
            }
            catch (MixPrecException)
            {
                // Not every operator takes fp32, or open sizes.
            }

            if (text is not null)
            {
                yield return text;
            }
        }
    }
}
