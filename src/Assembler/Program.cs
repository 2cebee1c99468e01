using MixPrec.Assembler;

// MixPrec.Assembler FILE: writes the machine code of Runtime as a C# file.
if (args is not [var file])
{
    Console.Error.WriteLine("usage: MixPrec.Assembler FILE.cs");
    return 64;
}

string text = SourceFile.Text(Procedures.All());
if (!File.Exists(file) || File.ReadAllText(file) != text)
{
    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
    File.WriteAllText(file, text);
}

return 0;
