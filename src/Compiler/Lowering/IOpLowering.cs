using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Lowering;

/// <summary>Turns the nodes of one operation into steps.</summary>
internal interface IOpLowering
{
    void Lower(Node node, LoweringContext context);
}

/// <inheritdoc cref="IOpLowering"/>
internal abstract class OpLowering<TOp> : IOpLowering where TOp : Op
{
    public void Lower(Node node, LoweringContext context) => Lower(node, (TOp)node.Op, context);

    protected abstract void Lower(Node node, TOp op, LoweringContext context);
}
