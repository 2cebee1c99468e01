using System.Runtime.InteropServices;
using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using MixPrec.Runtime;

namespace MixPrec.Compiler.Execution;

/// <summary>A run whose inputs and outputs lie in native memory (aligned to 64 bytes): <see cref="Invoke"/> does nothing but run the steps.</summary>
internal sealed unsafe class PreparedRun : IDisposable
{
    private const int Alignment = 64;

    private readonly ModelPlan _plan;
    private readonly ModelSession _session;
    private readonly int[] _dimensions;
    private readonly long[][] _shapes;
    private readonly nint[] _ports;

    public PreparedRun(ModelPlan plan, ModelSession session, IReadOnlyList<Tensor> inputs)
    {
        (_plan, _session) = (plan, session);
        var symbols = SymbolResolver.Resolve(plan, inputs);
        _dimensions = [.. plan.Symbols.Select(s => checked((int)symbols[s.Identifier]))];
        _shapes = [.. plan.Ports.Select(p => p.Shape.Select(d => d.Evaluate(symbols)).ToArray())];
        _ports = new nint[plan.Ports.Count];
        for (int i = 0; i < _ports.Length; i++)
        {
            nuint bytes = checked((nuint)(Tensor.Count(_shapes[i]) * plan.Ports[i].Type.Size()));
            _ports[i] = (nint)NativeMemory.AlignedAlloc(Math.Max(bytes, 1), Alignment);
            if (i < inputs.Count)
            {
                inputs[i].Bytes.CopyTo(Bytes(i));
            }
            else
            {
                Bytes(i).Clear();
            }
        }
    }

    /// <summary>Runs the steps on this thread.</summary>
    public void Invoke() => _session.Execute(_ports, _dimensions);

    /// <summary>Copies of the outputs of the last run.</summary>
    public IReadOnlyList<Tensor> Outputs() =>
        [.. Enumerable.Range(0, _ports.Length).Where(i => _plan.Ports[i].IsOutput).Select(i => new Tensor(_plan.Ports[i].Type, _shapes[i], Bytes(i).ToArray()))];

    public void Dispose()
    {
        for (int i = 0; i < _ports.Length; i++)
        {
            NativeMemory.AlignedFree((void*)_ports[i]);
            _ports[i] = 0;
        }
    }

    private Span<byte> Bytes(int port) => new((void*)_ports[port], checked((int)(Tensor.Count(_shapes[port]) * _plan.Ports[port].Type.Size())));
}
