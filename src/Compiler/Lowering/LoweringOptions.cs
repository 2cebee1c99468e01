using MixPrec.Compiler.Formats;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering;

/// <summary>What the generated class is called and how its weights reach the application.</summary>
/// <param name="ClassName">A C# identifier.</param>
/// <param name="Namespace">Dotted C# identifiers, or empty.</param>
/// <param name="Access"><c>internal</c> or <c>public</c>.</param>
/// <param name="WeightsMode"><c>Embedded</c>, <c>File</c> or <c>Bytes</c>.</param>
/// <param name="ChannelsLastPorts">Inputs and outputs of rank 3 and more lie channels last: parts of a network are timed with the order
/// that their neighbours use.</param>
internal sealed record LoweringOptions(string ClassName, string Namespace = "", string Access = "internal", string WeightsMode = "Bytes",
    bool ChannelsLastPorts = false)
{
    /// <summary>The ports that a session keeps from run to run.</summary>
    public IReadOnlyList<PlanState> States { get; init; } = [];

    /// <summary>Whether layers in int8 throw where they would read NaN or infinity.</summary>
    public bool CheckFinite { get; init; }

    /// <summary>Threads of a run, unless the class is loaded for another number.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The buffers of a decoder whose sessions keep what they know of the tokens before.</summary>
    public PlanCache? Cache { get; init; }

    /// <summary>Weights that other lowerings have packed, and those that this one does.</summary>
    public EncodedWeightsCache Encoded { get; init; } = new();
}
