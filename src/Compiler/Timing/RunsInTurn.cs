using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Timing;

/// <summary>Models with one or more sets of inputs: each run of a model takes its next set.</summary>
internal sealed class RunsInTurn : IDisposable
{
    private readonly PreparedRun[][] _runs;
    private readonly int[] _next;

    /// <param name="sizes">Of the symbols of the models' shapes.</param>
    public RunsInTurn(IReadOnlyList<CompiledModel> models, IReadOnlyList<IReadOnlyList<Tensor>> inputs,
        IReadOnlyDictionary<string, long> sizes)
    {
        _runs = [.. models.Select(m => inputs.Select(i => m.Prepare(i, sizes)).ToArray())];
        _next = new int[models.Count];
    }

    public void Run(int model)
    {
        var runs = _runs[model];
        runs[_next[model]].Invoke();
        _next[model] = _next[model] + 1 < runs.Length ? _next[model] + 1 : 0;
    }

    /// <summary>Brings the inputs of the next run into the caches, where what computes them leaves them.</summary>
    public void ReadInputs(int model) => _runs[model][_next[model]].ReadInputs();

    public void Dispose()
    {
        foreach (var run in _runs.SelectMany(r => r))
        {
            run.Dispose();
        }
    }
}
