namespace MixPrec.Compiler.Onnx;

/// <summary>A fault of an operator's importer, never of the model: what it names is the node that shows the fault.</summary>
internal sealed class NodeFaultException(string node, string op, Exception fault)
    : Exception($"{fault.GetType().Name} in the import of node '{node}' ({op}): {fault.Message}", fault);
