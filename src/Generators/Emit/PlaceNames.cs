using System.Collections.Generic;
using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>
/// Names for where values and constants lie: those of values come from the model, those of constants from the layer and the parameter that
/// they are for. Steps then say
/// <c>Buffer&lt;float&gt;(Relu1)</c> and <c>Weight&lt;float&gt;(Conv1Bias)</c>.
/// </summary>
internal sealed class PlaceNames
{
    private readonly SlotLayout _slots;
    private readonly PlanNames _names;
    private readonly Dictionary<(Place Place, long Index, string Words), string> _places = [];
    private readonly List<string> _ports = [], _values = [], _constants = [];

    public PlaceNames(ModelPlan plan, PlanNames names, SlotLayout slots)
    {
        (_slots, _names) = (slots, names);
        for (int i = 0; i < plan.Ports.Count; i++)
        {
            string name = names.Member(plan.Ports[i].Identifier + "Port");
            _places[(Place.Port, i, "")] = name;
            _ports.Add($"private const int {name} = {Literals.Int(i)};");
        }

        foreach (var step in plan.Steps)
        {
            foreach (var location in step.Arguments.SelectMany(a => a.Locations))
            {
                Add(step, location);
            }
        }
    }

    /// <summary>The address as C#: the name, and what the place in its buffer adds.</summary>
    public string Of(PlanStep step, PlanArgument.Location at)
    {
        // Kernels tell bfloat16 from 16-bit integers by its type; in the class's own signature both are ushort.
        string type = at.Type == ElementType.BF16 ? StepMethods.Kernels + "BF16" : at.Type.CSharpName(), name = _places[Key(step, at)];
        return at.Place switch
        {
            Place.Slot => $"Buffer<{type}>({name}{(at.Offset == IntExpr.Zero ? "" : $" + {Expressions.OfLongs(at.Offset, _names)}")})",
            Place.Constant => $"Weight<{type}>({name})",
            _ when at.Offset == IntExpr.Zero => $"Port<{type}>({name})",
            _ => $"Port<byte>({name}).At<{type}>((nint)({Expressions.OfLongs(at.Offset, _names)}))",
        };
    }

    public void Write(CodeWriter code)
    {
        Write(code, "Inputs, then outputs.", _ports);
        Write(code, "Where values lie: bytes from the start of the workspace. Values whose lives do not overlap share a place.", _values);
        Write(code, "Where constants lie: bytes from the start of the weights. Equal ones share a place.", _constants);
    }

    private static void Write(CodeWriter code, string words, List<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        code.Line("// " + words);
        foreach (string line in lines)
        {
            code.Line(line);
        }

        code.Line();
    }

    private void Add(PlanStep step, PlanArgument.Location at)
    {
        var key = Key(step, at);
        if (_places.ContainsKey(key))
        {
            return;
        }

        string name = _places[key] = _names.Member(Identifiers.FromName(key.Words, "value"));
        if (at.Place == Place.Constant)
        {
            _constants.Add($"private const long {name} = {Literals.Int(at.Offset.Value)};");
        }
        else
        {
            _values.Add(_slots.IsConstant(at.Index) ? $"private const long {name} = {_slots.Offset(at.Index)};"
                : $"private long {name} => {_slots.Offset(at.Index)};");
        }
    }

    private static (Place Place, long Index, string Words) Key(PlanStep step, PlanArgument.Location at) => at.Place switch
    {
        Place.Port => (at.Place, at.Index, ""),
        Place.Constant => (at.Place, at.Offset.Value, Words(step, at)),
        _ => (at.Place, at.Index, Words(step, at)),
    };

    private static string Words(PlanStep step, PlanArgument.Location at) =>
        at.Label.Length > 0 ? at.Label : $"{step.Name} {(at.Name.Length > 0 ? at.Name : "constant")}";
}
