using System.Runtime.ExceptionServices;
using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// Imports a model again with what its conditions say of the dimensions, until they say nothing new: sizes that are equal under the
/// conditions are then one expression from the inputs on, whichever node needed it.
/// </summary>
internal static class RepeatedImport
{
    /// <summary>Conditions that are found out only under others are rare; three imports are the most seen.</summary>
    private const int Most = 8;

    /// <param name="create">An importer of the model for what is known of its dimensions.</param>
    /// <exception cref="MixPrecException">The graph cannot be imported; or MXP3004: no sizes fulfil its conditions.</exception>
    public static Graph Run(Func<SizeEquations, OnnxImporter> create, Func<OnnxImporter, Graph> import)
    {
        var equations = new List<(IntExpr Left, IntExpr Right)>();
        var known = SizeEquations.None;
        Graph? complete = null;
        for (int i = 1; ; i++)
        {
            var importer = create(known);
            Graph? graph = null;
            ExceptionDispatchInfo? failure = null;
            try
            {
                graph = import(importer);
            }
            catch (UnknownDataException) when (complete is null)
            {
                // What a branch would need that another value takes instead is no condition of the model.
                throw;
            }
            catch (MixPrecException e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            var next = i == Most ? known
                : Learn(importer, graph is null ? EqualSizes.OfNodes(importer.Builder.Nodes) : EqualSizes.OfNodes(graph), equations);
            if (next.IsSameAs(known))
            {
                // What is known may stand in the way of an import that went well without it; then the conditions alone remain.
                if ((graph ?? complete) is { } result)
                {
                    return result;
                }

                failure!.Throw();
            }

            (known, complete) = (next, graph ?? complete);
        }
    }

    private static SizeEquations Learn(OnnxImporter importer, IEnumerable<(Node Node, IntExpr Left, IntExpr Right)> conditions,
        List<(IntExpr Left, IntExpr Right)> equations)
    {
        var sizes = new CallerSizes(importer.Symbols);
        string[] dimensions = [.. sizes.Symbols.Where(s => s.Bound is null).Select(s => s.Identifier)];
        Node? last = null;
        foreach (var (node, left, right) in conditions.Where(c => !c.Left.HasCount && !c.Right.HasCount))
        {
            var equation = (sizes.Of(left), sizes.Of(right));
            if (!equations.Contains(equation))
            {
                equations.Add(equation);
                last = node;
            }
        }

        try
        {
            return SizeEquations.Solve(dimensions, equations);
        }
        catch (ShapeException e)
        {
            throw new MixPrecException(
                DiagnosticCatalog.GraphInvalid, importer.ModelPath, PrintableName.Format(last?.Name ?? ""), last?.Op.Kind
                ?? "", e.Message);
        }
    }
}
