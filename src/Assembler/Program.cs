using MixPrec.Assembler;

// MixPrec.Assembler FILE: writes the machine code of Runtime as a C# file.
if (args is not [var file])
{
    Console.Error.WriteLine("usage: MixPrec.Assembler FILE.cs");
    return 64;
}

File.WriteAllText(file, SourceFile.Text(Procedures.All()));
return 0;
