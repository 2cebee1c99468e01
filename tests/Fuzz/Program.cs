using MixPrec.Fuzz.Running;
using MixPrec.Fuzz.Sessions;

try
{
    if (args is [SessionCommand.Name, .. var rest])
    {
        return SessionCommand.Run(rest);
    }

    var options = Options.Parse(args);
    return options.IsChild ? Worker.Run(options) : Supervisor.Run(options);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 64;
}
