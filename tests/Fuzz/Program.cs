using MixPrec.Fuzz.Running;

try
{
    var options = Options.Parse(args);
    return options.IsChild ? Worker.Run(options) : Supervisor.Run(options);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 64;
}
