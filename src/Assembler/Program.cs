using MixPrec.Assembler;

// MixPrec.Assembler FOLDER: writes the machine code of Runtime, and what it is called with, as C#.
if (args is not [var folder])
{
    Console.Error.WriteLine("usage: MixPrec.Assembler FOLDER");
    return 64;
}

Directory.CreateDirectory(folder);
File.WriteAllText(Path.Combine(folder, "MachineCode.g.cs"), SourceFile.Text(Kernels.All()));
foreach (string name in typeof(Kernels).Assembly.GetManifestResourceNames())
{
    using var call = typeof(Kernels).Assembly.GetManifestResourceStream(name)!;
    using var copy = File.Create(Path.Combine(folder, name));
    call.CopyTo(copy);
}

return 0;
