using System.Reflection;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Lowering.WeightsFile;
using MixPrec.Diagnostics;
using MixPrec.Emit;
using MixPrec.Plan;
using MixPrec.Runtime;

namespace MixPrec.Compiler.Execution;

/// <summary>
/// A lowered model as the class that will ship: printed by the generator's emitter, compiled in memory, its weights loaded as an
/// application loads them. Whatever is verified or timed goes through it. One thread at a time.
/// </summary>
internal sealed class CompiledModel : IDisposable
{
    private readonly ScratchWeights _weights;
    private readonly IDisposable _model;
    private readonly ModelSession _session;
    private long _portBytes;

    private CompiledModel(LoweredModel lowered, Type type)
    {
        Plan = lowered.Plan;
        _weights = lowered.Weights;
        _model = (IDisposable)type.GetMethod("Load", [_weights.Source.GetType(), typeof(int)])!
            .Invoke(null, [_weights.Source, Plan.Info.Threads])!;
        if (!OperatingSystem.IsWindows())
        {
            // The pages stay for this process, and not even one that is killed leaves the file behind.
            _weights.Dispose();
        }

        _session = (ModelSession)type.GetMethod("CreateSession", [])!.Invoke(_model, [])!;
    }

    public ModelPlan Plan { get; }

    /// <exception cref="MixPrecException">
    /// MXP9001: the printed class does not compile. MXP1112: there is no compiler, see <see cref="SdkCompiler"/>.
    /// </exception>
    public static CompiledModel Compile(LoweredModel model) => CompileMany([model])[0];

    /// <summary>A model that also tells what each step takes: see <see cref="StepTicks"/>.</summary>
    /// <inheritdoc cref="Compile"/>
    public static CompiledModel CompileClocked(LoweredModel model) => CompileMany([model], ModelEmitter.EmitClocked)[0];

    /// <summary>
    /// Several models in one compilation, which takes little longer than one model does. Their plans may have equal class names.
    /// </summary>
    /// <inheritdoc cref="Compile"/>
    public static IReadOnlyList<CompiledModel> CompileMany(IReadOnlyList<LoweredModel> models) => CompileMany(models, ModelEmitter.Emit);

    /// <summary>The same as a Debug build of an application compiles them.</summary>
    /// <inheritdoc cref="Compile"/>
    internal static IReadOnlyList<CompiledModel> CompileUnoptimized(IReadOnlyList<LoweredModel> models) =>
        CompileMany(models, ModelEmitter.Emit, optimized: false);

    /// <summary>The file of a program: the class in its namespace, and <paramref name="main"/>, which calls it.</summary>
    /// <inheritdoc cref="Compile"/>
    public static MemoryStream Program(LoweredModel model, string main)
    {
        SdkCompiler.Require();
        return CSharpAssembly.Image("Program", [ModelEmitter.Emit(model.Plan), main], isProgram: true);
    }

    private static IReadOnlyList<CompiledModel> CompileMany(IReadOnlyList<LoweredModel> models, Func<ModelPlan, string> emit,
        bool optimized = true)
    {
        SdkCompiler.Require();

        var assembly = CSharpAssembly.Load(models.Select((model, i) => emit(Renamed(model, i))), optimized);
        return [.. models.Select((model, i) => Open(model, i, assembly))];
    }

    /// <summary>Only names change: the hash that ties weights to the class stays the plan's.</summary>
    private static ModelPlan Renamed(LoweredModel model, int number) => model.Plan with { Namespace = $"Compiled{number}" };

    private static CompiledModel Open(LoweredModel model, int number, Assembly assembly) =>
        new(model, assembly.GetType($"Compiled{number}.{model.Plan.ClassName}", throwOnError: true)!);

    /// <summary>Runs the model once.</summary>
    /// <param name="inputs">In the order of the plan's input ports.</param>
    /// <returns>New tensors, in the order of the plan's output ports.</returns>
    /// <exception cref="ArgumentException">Number, type or shape of the inputs does not fit the model.</exception>
    /// <exception cref="MixPrecException">MXP3027: a step refuses the elements that it gets, such as an index beyond an axis.</exception>
    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
    {
        using var run = Prepare(inputs);
        try
        {
            run.Invoke();
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or InvalidOperationException or ArithmeticException)
        {
            throw new MixPrecException(DiagnosticCatalog.InputsRefused, null, e.Message);
        }

        return run.Outputs();
    }

    /// <summary>Copies the inputs into memory of its own and makes everything ready, so that the run can be timed by itself.</summary>
    /// <inheritdoc cref="Run" path="/param"/>
    /// <exception cref="ArgumentException">Number, type or shape of the inputs does not fit the model.</exception>
    /// <param name="sizes">Of the run-time dimensions, where the shapes of the inputs need not tell them: a part of a network has sizes
    /// that its inputs do not show.</param>
    public PreparedRun Prepare(IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, long>? sizes = null)
    {
        var run = new PreparedRun(Plan, _session, inputs, sizes);
        _portBytes = Math.Max(_portBytes, run.PortBytes);
        return run;
    }

    /// <summary>Bytes that runs read and write: the weights, the workspace and the ports of the largest run so far.</summary>
    public long Footprint => Plan.WeightsLength + _session.WorkspaceLength + _portBytes;

    /// <summary>
    /// What each step of the plan took in all runs so far, in ticks of the system's stopwatch; may be cleared. Of clocked models alone.
    /// </summary>
    public long[] StepTicks => (long[])_session.GetType().GetField("StepTicks")!.GetValue(_session)!;

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
        _weights.Dispose();
    }
}
