using System.CommandLine;
using MixPrec.Experiments.Accumulation;
using MixPrec.Experiments.Attention;
using MixPrec.Experiments.Comparators;
using MixPrec.Experiments.Planning;
using MixPrec.Experiments.Sensitivity;
using MixPrec.Experiments.Strategies;
using MixPrec.Experiments.TwoPass;

// Repeats an experiment of docs/experiments: tables (.csv) and plots (.svg) go to the folder that is named.
var models = new Option<string>("--models") { Description = "the folder of the networks, each NAME/model.onnx", DefaultValueFactory = _ =>
    "../shared/models" };
var data = new Option<string>("--data") { Description = "the folder of their samples", DefaultValueFactory = _ => "../shared/data" };
var output = new Option<DirectoryInfo>("--out") { Description = "where tables and plots go", DefaultValueFactory = _ =>
    new("docs/experiments") };
var images = new Option<int>("--images") { Description =
    "test images for a network of three layers; half as many for five, a tenth for convolutions", DefaultValueFactory = _ => 2000 };
var windows = new Option<int>("--windows") { Description = "test windows of text", DefaultValueFactory = _ => 32 };

var root = new RootCommand("Experiments with mixed-precision accumulation and with estimates of the loss error");
Add("accumulation", "accumulators of 8 and 16 bits, mixed by condition numbers, on the networks of arXiv 2503.15568",
    [models, data, output, images], (given, cancellation) =>
    Each(new AccumulationExperiment(given.GetValue(models)!, given.GetValue(data)!, given.GetValue(images)), e => e.Names, (e, name) =>
        e.Add(name), (e, folder) => e.Write(folder), given, cancellation));
Add("attention", "the same for the two products of attention in a language model", [models, data, output, windows], (given, cancellation) =>
    Each(new AttentionExperiment(given.GetValue(models)!, given.GetValue(data)!, given.GetValue(windows)), _ =>
        AttentionPart.All, (e, part) => e.Add(part, cancellation), (e, folder) => e.Write(folder), given, cancellation));
Add("two-pass", "what layers in two passes gain at equal loss error", [models, data, output, images], (given, cancellation) =>
    Each(new TwoPassExperiment(given.GetValue(models)!, given.GetValue(data)!, given.GetValue(images)), e => e.Names, (e, name) =>
        e.Add(name, cancellation), (e, folder) => e.Write(folder), given, cancellation));
var samples = new Option<int>("--samples") { Description = "calibration samples of a network that there are more for",
    DefaultValueFactory = _ => 512 };
var held = new Option<int>("--test") { Description = "test samples", DefaultValueFactory = _ => 2000 };
var networks = new Option<string[]>("--networks") { Description = "some networks alone", AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [] };
var steps = new Option<string[]>("--steps") { Description = "some rows alone, such as none, all or rounding+bias",
    AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
var layers = new Option<bool>("--layers") { Description = "print which layers err most" };
Add("error-reduction", "the loss error of uniform int8 with and without each step that lowers it",
    [models, data, output, samples, held, networks, steps, layers],
    (given, cancellation) => Each(new ErrorReductionExperiment(given.GetValue(models)!, given.GetValue(data)!, given.GetValue(samples),
        given.GetValue(held), given.GetValue(networks)!,
        given.GetValue(steps)!, given.GetValue(layers)), e => e.Names, (e, name) =>
        e.Add(name, () => e.Write(given.GetValue(output)!.FullName)), (e, folder) => e.Write(folder), given, cancellation));

var splits = new Option<int>("--splits") { Description = "random splits into held-out and fresh samples", DefaultValueFactory = _ => 200 };
var everything = new Option<int>("--test") { Description = "labelled samples", DefaultValueFactory = _ => 10_000 };
Add("gate", "how often a plan that passed errs more than its budget on fresh samples", [models, data, output, everything, splits],
    (given, cancellation) => Each(new GateExperiment(given.GetValue(models)!, given.GetValue(data)!, given.GetValue(everything),
        given.GetValue(splits)), _ => GateExperiment.Names, (e, name) => e.Add(name), (e, folder) => e.Write(folder), given, cancellation));

var deepest = new Option<int>("--layers") { Description = "the most layers of a stack", DefaultValueFactory = _ => 300 };
var parts = new Option<string[]>("--part") { Description = "some parts alone, as \"stack 300 256\" or \"decoder 24 1024\"",
    AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
Add("scale", "what planning and the solver take against the size of a network", [output, deepest, parts], (given, cancellation) =>
    Each(new ScaleExperiment(given.GetValue(deepest), given.GetValue(parts)!), e => e.Parts, (e, part) => e.Add(part, cancellation),
        (e, folder) => e.Write(folder), given, cancellation));

var published = new Option<string>("--published") { Description = "what benchmarks/published.sh has fetched", DefaultValueFactory = _ =>
    "artifacts/published" };
var budgets = new Option<double[]>("--budgets") { Description = "loss errors to plan for; shares of that of the fastest plan where there are none",
    AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
var draws = new Option<int>("--draws") { Description = "random plans for each budget", DefaultValueFactory = _ => 3 };
var comparison = new Option<double>("--seconds") { Description = "for the time of each plan", DefaultValueFactory = _ => 1.5 };
Add("strategies", "the integer program against plans that weigh nothing: loss error over time",
    [models, data, output, published, samples, held, networks, budgets, draws, comparison], (given, cancellation) =>
    Each(new StrategyExperiment(name => StrategyCase.Read(name, given.GetValue(models)!, given.GetValue(data)!,
        given.GetValue(published)!, given.GetValue(samples), given.GetValue(held)), given.GetValue(networks)!, given.GetValue(budgets)!,
        given.GetValue(draws), given.GetValue(comparison)), e => e.Names, (e, name) => e.Add(name, cancellation), (e, folder) =>
        e.Write(folder), given, cancellation));

var generations = new Option<int>("--generations") { Description = "of a search", DefaultValueFactory = _ => 20 };
var deciding = new Option<int>("--deciding") { Description = "samples that decide in a search; at least 16", DefaultValueFactory = _ => 256 };
var searches = new Option<int>("--searches") { Description = "from a plan that is drawn", DefaultValueFactory = _ => 3 };
Add("comparators", "who finds the plan that errs least: the integer program, traces of the Hessian, a search",
    [models, data, output, published, samples, held, networks, generations, deciding, searches], (given, cancellation) =>
    Each(new ComparatorExperiment(name => StrategyCase.Read(name, given.GetValue(models)!, given.GetValue(data)!,
        given.GetValue(published)!, given.GetValue(samples), given.GetValue(held)), given.GetValue(networks)!,
        new(given.GetValue(generations), given.GetValue(deciding)), given.GetValue(searches)),
        e => e.Names, (e, name) => e.Add(name, () => e.Write(given.GetValue(output)!.FullName)), (e, folder) => e.Write(folder), given,
        cancellation));

Add("outliers", "what outliers kept in fp32 take of the loss error of int8, emulated", [models, data, output, published, samples, held, networks],
    (given, cancellation) => Each(new OutlierExperiment(name => StrategyCase.Read(name, given.GetValue(models)!, given.GetValue(data)!,
        given.GetValue(published)!, given.GetValue(samples), given.GetValue(held)), given.GetValue(networks)!), e => e.Names, (e, name) =>
        e.Add(name), (e, folder) => e.Write(folder), given, cancellation));

var wanted = new Option<double>("--budget") { Description = "loss error to plan for", DefaultValueFactory = _ => 0.02 };
Add("samples", "how many calibration samples are enough", [models, data, output, published, samples, held, networks, wanted], (given, cancellation) =>
    Each(new SamplesExperiment(name => StrategyCase.Read(name, given.GetValue(models)!, given.GetValue(data)!, given.GetValue(published)!,
        given.GetValue(samples), given.GetValue(held)), given.GetValue(networks)!, given.GetValue(wanted)), e => e.Names, (e, name) =>
        e.Add(name), (e, folder) => e.Write(folder), given, cancellation));

Add("formats", "what each candidate errs and takes up where all layers have it", [models, data, output, published, samples, held, networks],
    (given, cancellation) => Each(new FormatsExperiment(name => StrategyCase.Read(name, given.GetValue(models)!, given.GetValue(data)!,
        given.GetValue(published)!, given.GetValue(samples), given.GetValue(held)), given.GetValue(networks)!), e => e.Names, (e, name) =>
        e.Add(name), (e, folder) => e.Write(folder), given, cancellation));

var split = new Option<bool>("--split") { Description = "hold out the last of the calibration samples, not others" };
Add("reduced-plans", "the plan for one budget with and without the steps that lower the error",
    [models, data, output, published, samples, held, networks, wanted, split], (given, cancellation) =>
    Each(new ReducedPlansExperiment(name => StrategyCase.Read(name, given.GetValue(models)!, given.GetValue(data)!,
        given.GetValue(published)!, given.GetValue(samples), given.GetValue(held)), given.GetValue(networks)!, given.GetValue(wanted),
        given.GetValue(split)), e => e.Names, (e, name) =>
        e.Add(name, () => e.Write(given.GetValue(output)!.FullName), cancellation), (e, folder) => e.Write(folder), given, cancellation));

var files = new Argument<string[]>("MODEL CALIBRATION TEST") { Description = "model.onnx and two archives of samples (.npz)",
    Arity = new(3, 3) };
var assignments = new Option<int>("--assignments") { Description = "random assignments of candidates to layers",
    DefaultValueFactory = _ => 60 };
var estimators = new Command("estimators", "the loss error that each estimator predicts, against what the emitted class measures") { files,
    assignments };
estimators.SetAction(given => new EstimatorExperiment(given.GetValue(files)!, given.GetValue(assignments)).Print(Console.Out));
root.Add(estimators);
return root.Parse(args).Invoke();

void Add(string name, string description, IReadOnlyList<Option> options, Action<ParseResult, CancellationToken> run)
{
    var command = new Command(name, description);
    foreach (var option in options)
    {
        command.Add(option);
    }

    command.SetAction((given, cancellation) =>
    {
        run(given, cancellation);
        return Task.CompletedTask;
    });
    root.Add(command);
}

// Files are written after every part, so that a run that is stopped leaves what it found.
void Each<TExperiment, TPart>(
    TExperiment experiment, Func<TExperiment, IReadOnlyList<TPart>> parts, Action<TExperiment, TPart> add,
        Action<TExperiment, string> write, ParseResult given, CancellationToken cancellation)
{
    string folder = Directory.CreateDirectory(given.GetValue(output)!.FullName).FullName;
    foreach (var part in parts(experiment))
    {
        cancellation.ThrowIfCancellationRequested();
        Console.Error.WriteLine(part);
        add(experiment, part);
        write(experiment, folder);
    }

    Console.WriteLine($"written to {folder}");
}
