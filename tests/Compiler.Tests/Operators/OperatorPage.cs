using System.Text;
using System.Text.RegularExpressions;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Plan;

namespace MixPrec.Compiler.Tests.Operators;

/// <summary>
/// docs/operators.md as the compiler has it: what its import, its lowering and its candidates make of a typical node of each operator.
/// </summary>
internal static partial class OperatorPage
{
    public static readonly ElementType[] Integers =
        [ElementType.I8, ElementType.U8, ElementType.I16, ElementType.U16, ElementType.I32, ElementType.U32, ElementType.I64,
            ElementType.U64];

    private static readonly (string Name, ElementType[] Types)[] Families =
        [("floats", [ElementType.F32, ElementType.F64, ElementType.F16, ElementType.BF16]), ("integers", Integers)];

    private static readonly ElementType[] Types = [.. Families.SelectMany(f => f.Types), ElementType.Bool];

    /// <summary>The plan in fp32 of every typical node in every element type that is not refused.</summary>
    public static Lazy<ILookup<string, (ElementType Type, ModelPlan Plan)>> Running { get; } = new(() =>
        (from sample in OperatorSamples.Typical.Concat(TabularSamples.Typical)
         from type in Types
         let plan = Lowered(sample.Value, type, [])
         where plan is not null
         select (sample.Key, type, plan)).ToLookup(r => r.Key, r => (r.type, r.plan)));

    public static string Text()
    {
        var text = new StringBuilder(Head(OperatorTable.Names.Count));
        AppendRows(text, OperatorSamples.Typical, OperatorSamples.Refused, "");
        text.Append('\n').Append(TabularHead());
        AppendRows(text, TabularSamples.Typical, TabularSamples.Refused, TabularOperators.Domain);
        return text.Append('\n').Append(OperatorDifferences.Text).Append('\n').ToString();
    }

    private static void AppendRows(StringBuilder text, IReadOnlyDictionary<string, OperatorSample> typical,
        ILookup<string, OperatorSample> refused, string domain)
    {
        foreach (var (name, sample) in typical)
        {
            ElementType[] types = [.. Running.Value[name].Select(r => r.Type)];
            var type = types.DefaultIfEmpty(ElementType.F32).First();
            var graph = GraphRewrites.Apply(sample.Import(type, Open(sample, type)));
            string[] candidates = [.. graph.QuantizableNodes.SelectMany(Candidates.ForNode).Where(p => p != PrecisionConfig.F32).Distinct()
                .Select(p => p.Id)];
            text.Append('\n').AppendJoin(" | ", $"| `{name}`", string.Join(", ", OperatorTable.Find(domain, name)!.Versions),
                Described(types), string.Join(", ", candidates),
                string.Join(" ", graph.Inputs.Select(i => $"[{string.Join(", ", i.Shape)}]")),
                    string.Join("; ", refused[name].Select(Refusal)) + " |");
        }

        text.Append('\n');
    }

    /// <summary>The node as a plan in fp32; null when it is refused.</summary>
    private static ModelPlan? Lowered(OperatorSample sample, ElementType type, IReadOnlyCollection<char> open)
    {
        try
        {
            return Lowerer.Lower(GraphRewrites.Apply(sample.Import(type, open)), PrecisionAssignment.AllFloat, RangeTable.Empty,
                new LoweringOptions("Sample"), new MemoryStream());
        }
        catch (MixPrecException e) when (e.Description.Id.StartsWith("MXP3", StringComparison.Ordinal))
        {
            return null;
        }
    }

    /// <summary>As many of the sample's letters, from the first on, as may stay names of dimensions together.</summary>
    private static char[] Open(OperatorSample sample, ElementType type) =>
        [.. sample.Letters.Aggregate(Array.Empty<char>(), (open, letter) =>
            Lowered(sample, type, [.. open, letter])?.Requirements.All(r => r.IsAtLeastZero) == true ? [.. open, letter] : open)];

    private static string Described(IReadOnlyCollection<ElementType> types)
    {
        var whole = Families.Where(f => f.Types.All(types.Contains)).ToArray();
        return types.Count == Types.Length ? "all" : string.Join(", ",
            whole.Select(f => f.Name).Concat(types.Except(whole.SelectMany(f => f.Types)).Select(t => t.ToString())));
    }

    /// <summary>What the compiler says about the form, without the node's name.</summary>
    private static string Refusal(OperatorSample sample)
    {
        try
        {
            Lowerer.Lower(sample.Import(ElementType.F32, sample.Letters), PrecisionAssignment.AllFloat, RangeTable.Empty,
                new LoweringOptions("Sample"), new MemoryStream());
        }
        catch (MixPrecException e) when (e.Description.Id is "MXP3001" or "MXP3008")
        {
            return $"{Subject().Replace(e.Message, "").TrimEnd('.')} ([{e.Description.Id}](diagnostics/{e.Description.Id}.md))";
        }

        throw new InvalidOperationException($"not refused: {sample.Line}");
    }

    private static string Head(int count) => $"""
        # Operators

        The {count} operators of the standard domain that can be imported, opset {OnnxModelReader.OldestOpset} to {OnnxModelReader.NewestOpset}. A test derives this page from the compiler: it imports and lowers a typical node of each
        operator in every element type, and with as many sizes left open as it takes. All other operators, and the forms in the last column, are refused with the code given there.

        - *versions*: the opsets that introduced or changed the operator, of those that a file of the opsets above can mean.
        - *types* of the data operand that run. `floats` are F32, F64, F16 and BF16, `integers` are signed and unsigned ones of 8 to 64 bits, `all` are those and Bool.
        - *precisions* that a plan can choose besides fp32 where the weights are constants, as in [the user guide](user-guide.md#candidates).
        - *sizes*: the shapes of the typical node's inputs. A letter is a size that may be known only when the network runs, a number a size that is a constant of this node.

        | operator | versions | types | precisions | sizes | refused |
        |---|---|---|---|---|---|
        """;

    private static string TabularHead() => $"""
        ## Tables: `{TabularOperators.Domain}`

        The {TabularOperators.Names.Count} operators of `{TabularOperators.Domain}` that can be imported, version {TabularOperators.OldestVersion} to {TabularOperators.NewestVersion} of the domain: what ML.NET and skl2onnx write for numbers.
        Strings are refused, but for text of numbers between a cast and a `LabelEncoder`, as ML.NET writes it. Scores of a `ZipMap` come out as the tensor that went in. Where the standard leaves something open, results are those of ONNX Runtime; they differ from it in four places:

        - `TreeEnsembleClassifier` with two labels and leaves that hold weights for both of them returns the label of the higher score, and adds both base values. ONNX Runtime 1.31.1 returns 1 or 0 by the sign of the second score.
        - `TreeEnsembleRegressor` adds the base value also to a target for which a row reaches no weight.
        - `BRANCH_MEMBER` of `TreeEnsemble` compares numbers as they are. ONNX Runtime 1.31.1 takes 1.5 for a member of a set that holds 1 and 2 beside a negative number.
        - `post_transform` of `TreeEnsemble` has the codes of the standard, 1 for SOFTMAX and 2 for LOGISTIC. ONNX Runtime 1.31.1 has them the other way round.

        | operator | versions | types | precisions | sizes | refused |
        |---|---|---|---|---|---|
        """;

    [GeneratedRegex(@"^Node '[^']*'(: operator [\w.]+ \(opset \d+\) is not supported | \(\w+\): )")]
    private static partial Regex Subject();
}
