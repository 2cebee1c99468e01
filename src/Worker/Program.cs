using MixPrec.Compiler;
using MixPrec.Worker;
using MixPrec.Worker.CommandLine;

NativeHeap.KeepFreedMemory();
ProcessEnd.Ending += Scratch.Discard;
Scratch.RemoveAbandoned();
using var interruption = new Interruption();
return CommandLineProgram.Run(args, CommandOutput.Console, interruption.Token);
