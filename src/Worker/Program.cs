using MixPrec.Worker;
using MixPrec.Worker.CommandLine;

using var interruption = new Interruption();
return CommandLineProgram.Run(args, CommandOutput.Console, interruption.Token);
