using System.Runtime.InteropServices;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using MixPrec.Plan;
using MixPrec.Runtime;

namespace MixPrec.Compiler.Execution;

/// <summary>
/// A run whose inputs and outputs lie in native memory (aligned to 64 bytes): <see cref="Invoke"/> does nothing but run the steps.
/// </summary>
internal sealed unsafe class PreparedRun : IDisposable
{
    private const int Alignment = 64;

    private readonly ModelPlan _plan;
    private readonly ModelSession _session;
    private readonly int[] _dimensions;
    private readonly Dictionary<string, long> _symbols;
    private readonly long[] _bytes;
    private readonly nint[] _ports;

    /// <summary>Read by nobody, and kept so that the reading is.</summary>
    private int _read;

    /// <param name="sizes">Of the run-time dimensions where they are known; else the inputs' shapes tell them.</param>
    /// <exception cref="MixPrecException">MXP3027: an output would be too large, or of a negative size.</exception>
    public PreparedRun(ModelPlan plan, ModelSession session, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, long>? sizes = null)
    {
        (_plan, _session) = (plan, session);
        _symbols = new(SymbolResolver.Resolve(plan, inputs, sizes));
        _dimensions = [.. plan.Dimensions.Select(s => checked((int)_symbols[s.Identifier]))];
        var bounds = plan.Counts.ToDictionary(c => c.Identifier, c => c.Bound!);
        _bytes = [.. plan.Ports.Select(p => IntExpr.Product(p.Shape).AtMost(bounds)!.Evaluate(_symbols) * p.Type.Size())];
        if (plan.Ports.FirstOrDefault(p => p.Shape.Any(d => d.AtMost(bounds)!.Evaluate(_symbols) < 0)) is { } negative)
        {
            throw new MixPrecException(DiagnosticCatalog.InputsRefused, null,
                $"'{PrintableName.Format(negative.Name)}' would have a negative size for them: they are smaller than a window.");
        }

        if (Array.FindIndex(_bytes, bytes => bytes > Array.MaxLength) is >= 0 and var large)
        {
            string name = PrintableName.Format(plan.Ports[large].Name);
            throw new MixPrecException(DiagnosticCatalog.InputsRefused, null, FormattableString.Invariant(
                $"'{name}' would have {_bytes[large]} bytes for them, more than {Array.MaxLength}."));
        }

        _ports = new nint[plan.Ports.Count];
        for (int i = 0; i < _ports.Length; i++)
        {
            _ports[i] = (nint)NativeMemory.AlignedAlloc((nuint)Math.Max(_bytes[i], 1), Alignment);
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

    /// <summary>Bytes of all inputs and outputs.</summary>
    public long PortBytes => _bytes.Sum();

    /// <summary>Reads the inputs, so that they lie in the caches.</summary>
    public void ReadInputs()
    {
        int sum = 0;
        for (int i = 0; i < _ports.Length; i++)
        {
            for (long at = 0; at < _bytes[i] && !_plan.Ports[i].IsOutput; at += Alignment)
            {
                sum += ((byte*)_ports[i])[at];
            }
        }

        _read = sum;
    }

    /// <summary>Runs the steps on this thread.</summary>
    public void Invoke() => _session.Execute(_ports, _dimensions);

    /// <summary>Copies of the outputs of the last run.</summary>
    public IReadOnlyList<Tensor> Outputs() =>
        [.. Enumerable.Range(0, _ports.Length).Where(i => _plan.Ports[i].IsOutput).Select(Output)];

    public void Dispose()
    {
        for (int i = 0; i < _ports.Length; i++)
        {
            NativeMemory.AlignedFree((void*)_ports[i]);
            _ports[i] = 0;
        }
    }

    /// <summary>An output in the size that the last run found out.</summary>
    private Tensor Output(int port)
    {
        foreach (var (count, value) in _plan.Counts.Zip(_session.Counts.ToArray()))
        {
            _symbols[count.Identifier] = value;
        }

        var (type, shape) = (_plan.Ports[port].Type, _plan.Ports[port].Shape.Select(d => d.Evaluate(_symbols)).ToArray());
        return new Tensor(type, shape, Bytes(port)[..checked((int)(Tensor.Count(shape) * type.Size()))].ToArray());
    }

    private Span<byte> Bytes(int port) => new((void*)_ports[port], checked((int)_bytes[port]));
}
