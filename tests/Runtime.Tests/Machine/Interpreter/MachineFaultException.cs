namespace MixPrec.Runtime.Tests.Machine.Interpreter;

/// <summary>Machine code did what it must not: touched foreign memory, lost a register, ran on, used an unknown instruction.</summary>
internal sealed class MachineFaultException(string message) : Exception(message);
