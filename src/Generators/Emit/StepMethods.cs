using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>One method a step, and <c>RunSteps</c>, which calls them in order.</summary>
internal sealed class StepMethods
{
    private const string Kernels = "global::MixPrec.Runtime.Kernels.";

    private readonly ModelPlan _plan;
    private readonly PlanNames _names;
    private readonly SlotLayout _slots;
    private readonly SizesStructs _sizes;
    private readonly string[] _methods;

    public StepMethods(ModelPlan plan, PlanNames names, SlotLayout slots)
    {
        (_plan, _names, _slots) = (plan, names, slots);
        _sizes = new SizesStructs(names);
        _methods = [.. plan.Steps.Select((step, i) => $"Step{Literals.Int(i + 1)}_{Identifiers.FromName(step.Name, "layer")}")];
    }

    public void Write(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("protected override void RunSteps()");
        WriteCalls(code, 0, _methods.Length);
        code.Close();
        for (int i = 0; i < _methods.Length; i++)
        {
            code.Line();
            WriteStep(code, _plan.Steps[i], _methods[i]);
        }

        _sizes.Write(code);
    }

    private void WriteCalls(CodeWriter code, int first, int end)
    {
        for (int i = first; i < end; i++)
        {
            if (_plan.Steps[i] is { Repeats: > 0 } step)
            {
                string count = _names.CountIndex(step.Count!);
                code.Open($"for (SetCount({count}, 0); {_methods[i]}(); SetCount({count}, checked(Count({count}) + 1)))");
                WriteCalls(code, i + 1, i + 1 + step.Repeats);
                code.Close();
                i += step.Repeats;
            }
            else
            {
                code.Line(_methods[i] + "();");
            }
        }
    }

    private void WriteStep(CodeWriter code, PlanStep step, string method)
    {
        code.Line($"// {Literals.Comment(step.Name)}: {Literals.Comment(step.Comment)}");

        // A chain of twelve small products: 1.7 µs instead of 2.1 to 2.9 µs in the first seconds, before tiered code has settled; no slower after.
        code.Line("[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]");

        string call = $"{Kernels}{step.Method}({string.Join(", ", step.Arguments.Select(Argument))})";
        string result = step.Repeats > 0 ? "bool" : "void";
        call = step.Count is null || step.Repeats > 0 ? call : $"SetCount({_names.CountIndex(step.Count)}, {call})";
        string[] symbols = [.. step.Arguments.SelectMany(a => a.Expressions).SelectMany(e => e.Symbols).Distinct()];
        if (symbols.Length == 0)
        {
            code.Member($"private {result} {method}()", call);
            return;
        }

        code.Open($"private {result} {method}()");
        for (int i = 0; i < _plan.Symbols.Count; i++)
        {
            if (symbols.Contains(_plan.Symbols[i].Identifier))
            {
                code.Line($"long {_names.Symbol(_plan.Symbols[i].Identifier)} = {_names.Current(_plan.Symbols[i])};");
            }
        }

        Expressions.DeclareOfLongs(code, step.Arguments.SelectMany(a => a.Expressions), _names);
        code.Line($"{(step.Repeats > 0 ? "return " : "")}{call};");
        code.Close();
    }

    private string Argument(PlanArgument argument) => argument switch
    {
        PlanArgument.Integer a => Expressions.Narrow(a.Value, _names),
        PlanArgument.Integers a => Expressions.Span(a.Values, _names),
        PlanArgument.Single a => Literals.Single(a.Value),
        PlanArgument.Flag a => Literals.Flag(a.Value),
        PlanArgument.Location a => Location(a),
        PlanArgument.Construct a => $"new {Kernels}{a.Type}({string.Join(", ", a.Arguments.Select(Argument))})",
        PlanArgument.Sizes a => _sizes.Value(a),
        PlanArgument.EnumMember a => $"{Kernels}{a.Type}.{a.Member}",
        _ => throw new System.FormatException($"{argument.GetType().Name} has no C# form"),
    };

    private string Location(PlanArgument.Location a)
    {
        // Kernels tell bfloat16 from 16-bit integers by its type; in the class's own signature both are ushort.
        string type = a.Type == ElementType.BF16 ? Kernels + "BF16" : a.Type.CSharpName();
        return a.Place switch
        {
            Place.Slot => $"Buffer<{type}>({_slots.Offset(a.Index, a.Offset)})",
            Place.Constant => $"Weight<{type}>({Literals.Int(a.Offset.Value)})",
            _ when a.Offset == IntExpr.Zero => $"Port<{type}>({Literals.Int(a.Index)})",
            _ => $"Port<byte>({Literals.Int(a.Index)}).At<{type}>((nint)({Expressions.OfLongs(a.Offset, _names)}))",
        };
    }
}
