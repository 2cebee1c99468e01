using System.Runtime.CompilerServices;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Onnx;

/// <summary>Whether a call of a local function may be expanded, and how many more may.</summary>
internal sealed class FunctionCalls
{
    /// <summary>
    /// Nodes of all local functions together, counted at each call: functions that call others twice grow with the power of two.
    /// </summary>
    private const int LargestExpansion = 1 << 16;

    private const int DeepestCalls = 64;

    private int _expandedNodes;

    /// <summary>The frame of the function's nodes for a node that calls it.</summary>
    /// <exception cref="MixPrecException">The call does not fit the function, or the expansion would not end or grow too large.</exception>
    public CallFrame Enter(CallFrame caller, OnnxNode node, NodeProto call, LocalFunction function)
    {
        var frame = caller.Enter(call, node.Name, function);
        if (caller.IsInside(function))
        {
            throw new MixPrecException(DiagnosticCatalog.FunctionRecursive, node.ModelPath, function, frame);
        }

        _expandedNodes += function.Nodes.Count;
        if (_expandedNodes > LargestExpansion || frame.Depth > DeepestCalls || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new MixPrecException(DiagnosticCatalog.FunctionsTooLarge, node.ModelPath, LargestExpansion, DeepestCalls, frame);
        }

        var (inputs, outputs) = (function.Proto.Input.Count, function.Proto.Output.Count);
        if (call.Input.Count > inputs || call.Output.Count > outputs)
        {
            throw node.Invalid($"it gives {Counted.Format(call.Input.Count, "input")} "
                + $"and takes {Counted.Format(call.Output.Count, "output")} "
                + $"of the local function '{function}', which has {inputs} and {outputs}");
        }

        foreach (var (name, argument) in frame.Arguments)
        {
            _ = !function.Declares(name)
                ? throw node.Invalid($"it has the attribute '{PrintableName.Format(name)}', "
                    + $"which the local function '{function}' does not declare")
                : argument.G is not null
                    ? throw node.NotSupported($"the graph '{PrintableName.Format(name)}' as an attribute of a local function") : argument;
        }

        return frame;
    }
}
