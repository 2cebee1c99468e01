using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Compiler.Onnx;

/// <summary>A function that the file itself defines; a node that names it stands for the function's nodes.</summary>
internal sealed class LocalFunction(FunctionProto proto, OpsetImports model)
{
    public FunctionProto Proto { get; } = proto;

    public OpsetImports Opsets { get; } = new(proto.OpsetImport, model);

    public ValueNames Names { get; } = new(proto);

    /// <summary>Each after those that it reads from.</summary>
    public IReadOnlyList<NodeProto> Nodes { get; } = NodeOrder.Sort(proto.Node);

    /// <summary>Attributes that a call may give.</summary>
    public bool Declares(string attribute) => Proto.Attribute.Contains(attribute) || Proto.AttributeProto.Any(a => a.Name == attribute);

    /// <summary>Domain and name for messages.</summary>
    public override string ToString() => PrintableName.Format(Proto.Domain.Length == 0 ? Proto.Name : $"{Proto.Domain}.{Proto.Name}");
}
