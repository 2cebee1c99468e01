using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>
/// Where the slots lie in the workspace: one after another, each from a multiple of 64 bytes. Offsets are constants as long as all slots
/// before are;
/// those after a slot of run-time length are fields, set whenever the dimensions change.
/// </summary>
internal sealed class SlotLayout
{
    private const long Alignment = 64;

    private readonly ModelPlan _plan;
    private readonly PlanNames _names;
    private readonly List<long> _constants = [];
    private readonly long _constantBytes;

    public SlotLayout(ModelPlan plan, PlanNames names)
    {
        (_plan, _names) = (plan, names);
        foreach (var slot in plan.Slots.TakeWhile(s => s.IsConstant))
        {
            _constants.Add(_constantBytes);
            _constantBytes = checked((_constantBytes + slot.Value + Alignment - 1) / Alignment * Alignment);
        }

        if (_constants.Count < plan.Slots.Count)
        {
            _constants.Add(_constantBytes);
        }
    }

    /// <summary>The offset of a slot in bytes: a literal or the name of a field.</summary>
    public string Offset(int slot) => IsConstant(slot) ? Literals.Int(_constants[slot]) : "_slot" + Literals.Int(slot);

    /// <summary>Whether the offset of a slot is a literal.</summary>
    public bool IsConstant(int slot) => slot < _constants.Count;

    public void WriteOffsets(CodeWriter code)
    {
        for (int i = _constants.Count; i < _plan.Slots.Count; i++)
        {
            code.Line($"private long _slot{Literals.Int(i)};");
        }

        if (_constants.Count < _plan.Slots.Count)
        {
            code.Line();
        }
    }

    public void WriteWorkspaceBytes(CodeWriter code)
    {
        const string Header = "protected override long WorkspaceBytes(global::System.ReadOnlySpan<int> dimensions)";
        code.Line("/// <inheritdoc/>");
        if (_plan.Slots.All(s => s.IsConstant) && _plan.Requirements.Count == 0)
        {
            code.Member(Header, Literals.Int(_constantBytes));
            return;
        }

        code.Open(Header);
        if (_plan.Requirements.Count > 0)
        {
            WriteRequirements(code);
        }

        code.Open("checked");

        // Sizes are compared as if each dimension were at least 1; what that makes of a larger one has room for those at 0.
        WriteDimensions(code, "global::System.Math.Max({0}, 1)");
        Expressions.DeclareOfLongs(code, _plan.Slots, _names);
        code.Line("global::MixPrec.Runtime.WorkspaceExtent extent = new();");
        code.Line($"extent.Append({Literals.Int(_constantBytes)});");
        for (int i = _plan.Slots.TakeWhile(s => s.IsConstant).Count(); i < _plan.Slots.Count; i++)
        {
            string kept = i < _constants.Count ? "" : $"_slot{Literals.Int(i)} = ";
            code.Line($"{kept}extent.Append({Expressions.OfLongs(_plan.Slots[i], _names)});");
        }

        code.Line("return extent.Bytes;");
        code.Close();
        code.Close();
    }

    /// <summary>In a block of their own: the sizes of a run are not those that memory is sized for.</summary>
    private void WriteRequirements(CodeWriter code)
    {
        code.Open("checked");
        WriteDimensions(code, "{0}");
        Expressions.DeclareOfLongs(code, _plan.Requirements.SelectMany(r => r.IsAtLeastZero ? new[] { r.Left } : [r.Left, r.Right]),
            _names);
        foreach (var requirement in _plan.Requirements)
        {
            if (requirement.IsAtLeastZero)
            {
                code.Line($"global::MixPrec.Runtime.Dimension.RequireSize({Literals.Text(requirement.Left.ToString())}, "
                    + $"{Expressions.OfLongs(requirement.Left, _names)});");
                continue;
            }

            if (requirement.Multiple is { } multiple)
            {
                code.Line($"global::MixPrec.Runtime.Dimension.RequireMultiple({Literals.Text(requirement.Left.ToString())}, "
                    + $"{Expressions.OfLongs(requirement.Left, _names)}, {Literals.Int(multiple)});");
                continue;
            }

            code.Line($"global::MixPrec.Runtime.Dimension.RequireEqual({Literals.Text(requirement.Left.ToString())}, "
                + $"{Expressions.OfLongs(requirement.Left, _names)}, "
                + $"{Literals.Text(requirement.Right.ToString())}, {Expressions.OfLongs(requirement.Right, _names)});");
        }

        code.Close();
    }

    private void WriteDimensions(CodeWriter code, string form)
    {
        int index = 0;
        foreach (var dimension in _plan.Dimensions)
        {
            string given = $"dimensions[{Literals.Int(index++)}]";
            code.Line($"long {_names.Symbol(dimension.Identifier)} = {string.Format(CultureInfo.InvariantCulture, form, given)};");
        }
    }
}
