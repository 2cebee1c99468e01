using System.Globalization;
using MixPrec.Benchmarks;
using MixPrec.Benchmarks.Networks;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Timing;

// Any network of a folder in the ONNX test layout: the class that a build generates, all in fp32, against ONNX Runtime, on the first inputs
// there.
// One thread each, interleaved rounds, medians. The third column runs the graph as the file has it: what the rewrites are worth.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length == 0)
{
    Console.Error.WriteLine("usage: MixPrec.Benchmarks.Networks [--csv FILE] FOLDER…, each with model.onnx and test_data_set_0; or tokens FOLDER…, each with model.onnx of a decoder; or threads N [--csv FILE] FOLDER…; or precisions [--csv FILE] MODEL.onnx[@SIZE]…, or mobilenetv2; or precisions-after-other-work or cold [--csv FILE] the same");
    return 1;
}

if (args[0] is "precisions" or "precisions-after-other-work")
{
    string? target = args is [_, "--csv", var name, ..] ? name : null;
    PrecisionTable.Print(args.Skip(target is null ? 1 : 3), target, hasOtherWork: args[0] != "precisions");
    return 0;
}

if (args is ["cold-peer", var made, var model])
{
    ColdTable.RunPeer(made, model);
    return 0;
}

if (args[0] == "cold")
{
    string? target = args is [_, "--csv", var name, ..] ? name : null;
    Console.WriteLine($"{Machine.Description}, .NET {Environment.Version}, one thread each; medians of processes in which nothing ran before\n");
    var result = ColdTable.Measure(args.Skip(target is null ? 1 : 3));
    result.WriteMarkdown(Console.Out);
    if (target is not null)
    {
        result.WriteCsv(target);
    }

    return 0;
}

if (args[0] == "tokens")
{
    TokenTable.Print(args[1..]);
    return 0;
}

if (args is ["threads", var number, .. var rest] && int.TryParse(number, out int threads))
{
    Console.WriteLine($"{Machine.Description}, .NET {Environment.Version}; medians of the fastest run of {Interleaved.Rounds} interleaved turns\n");
    string? target = rest is ["--csv", var name, ..] ? name : null;
    var result = ThreadTable.Measure(threads, rest.Skip(target is null ? 0 : 2));
    result.WriteMarkdown(Console.Out);
    if (target is not null)
    {
        result.WriteCsv(target);
    }

    return 0;
}

Console.WriteLine($"{Machine.Description}, .NET {Environment.Version}, one thread each; medians of {Interleaved.Rounds} interleaved rounds\n");
string? csv = args is ["--csv", var file, ..] ? file : null;
var table = new ResultTable("network", "ONNX Runtime fp32 µs", "as the file has it µs", "rewritten µs", "ratio");
foreach (string folder in args.Skip(csv is null ? 0 : 2))
{
    string path = OnnxTestCase.ModelPath(folder);
    var inputs = OnnxTestCase.ReadSets(folder)[0].Inputs;
    var graph = OnnxModelReader.Read(path, DimensionBindings.None).Graph;
    using var peer = new OnnxRuntimeRun(path, inputs);
    using var plain = Compile(graph);
    using var rewritten = Compile(GraphRewrites.Apply(graph));
    using var plainRun = plain.Prepare(inputs);
    using var rewrittenRun = rewritten.Prepare(inputs);
    double[] times = Interleaved.Medians(peer.Invoke, plainRun.Invoke, rewrittenRun.Invoke);
    table.Add(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), $"{times[0]:F1}", $"{times[1]:F1}", $"{times[2]:F1}",
        $"{times[0] / times[2]:F2}");
}

table.WriteMarkdown(Console.Out);
if (csv is not null)
{
    table.WriteCsv(csv);
}

return 0;

CompiledModel Compile(Graph graph) =>
    CompiledModel.Compile(Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty, new LoweringOptions("Network")));
