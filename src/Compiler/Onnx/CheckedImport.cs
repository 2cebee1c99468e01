using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>One node through the importer of its operator: whatever stops it is an error that names the node.</summary>
internal static class CheckedImport
{
    /// <param name="stored">Makes of the results what the file stores.</param>
    /// <exception cref="MixPrecException">The node is at fault.</exception>
    /// <exception cref="NodeFaultException">The importer is.</exception>
    public static IReadOnlyList<Value> Run(OnnxOperator known, OnnxNode node, Func<Value, Value> stored)
    {
        var outputs = Attempt(known, node, stored);
        return node.Attributes.Unread is not { } unread ? outputs
            : throw node.Invalid($"it has the attribute '{PrintableName.Format(unread)}', "
                + FormattableString.Invariant($"which opset {node.Opset} (version {known.VersionAt(node.Opset)} of the operator) ")
                + "does not know");
    }

    /// <exception cref="MixPrecException">MXP3005: a weight of the layer is NaN or infinite, or its addend is NaN.</exception>
    public static void RequireFiniteWeights(OnnxOperator known, OnnxNode layer, IReadOnlyList<Value?> inputs)
    {
        for (int i = 0; i < inputs.Count; i++)
        {
            if (inputs[i]?.Constant is { } tensor
                && ((known.Weights.Contains(i) && !FiniteWeights.Holds(tensor))
                || (known.Addend == i && !FiniteWeights.AreNumbers(tensor))))
            {
                throw new MixPrecException(DiagnosticCatalog.WeightNotFinite, layer.ModelPath, PrintableName.Format(layer.Name),
                    PrintableName.Format(inputs[i]!.Name), known.Addend == i ? "NaN" : "NaN or infinity");
            }
        }
    }

    private static IReadOnlyList<Value> Attempt(OnnxOperator known, OnnxNode node, Func<Value, Value> stored)
    {
        try
        {
            return [.. known.Import(node).Select(stored)];
        }
        catch (SizeLimitException e)
        {
            throw node.TooLarge(e);
        }
        catch (ShapeException e)
        {
            throw node.Invalid(e.Message);
        }
        catch (IntExprSizeException e)
        {
            throw new MixPrecException(DiagnosticCatalog.SizeTooComplex, node.ModelPath, PrintableName.Format(node.Name),
                PrintableName.Format(node.Operator), e.Message);
        }
        catch (Exception e) when (e is OverflowException or DivideByZeroException)
        {
            throw node.Invalid("its sizes exceed 64 bits");
        }
        catch (Exception e) when (e is not (MixPrecException or NodeFaultException))
        {
            throw new NodeFaultException(PrintableName.Format(node.Name), PrintableName.Format(node.Operator), e);
        }
    }
}
