using MixPrec.Worker.Verify;

namespace MixPrec.Worker.Tests;

public sealed class VerifyCommandTests
{
    [Fact]
    public async Task CasesPassAreRefusedOrWrong()
    {
        using var cases = new CaseFolder().Add("a-right", "Relu", [0, 2]).Add("b-wrong", "Relu", [1, 2])
            .Add("c-unknown", "NoSuchOperator", [0, 2]).Add("d-empty", "Relu", null);
        var text = await WorkerProgram.Run("verify", cases.Path);
        string root = Path.GetFileName(cases.Path);
        Assert.Equal(1, text.ExitCode);
        Assert.Equal($"passed   {root}/a-right", text.OutLines[0]);
        Assert.Equal($"wrong    {root}/b-wrong: test_data_set_0, output 0: 1 of 2 elements differ, at 0: 0 instead of 1 (relative RMS 0.447)", text.OutLines[1]);
        Assert.StartsWith($"refused  {root}/c-unknown: MXP3001 ", text.OutLines[2], StringComparison.Ordinal);
        Assert.Equal($"wrong    {root}/d-empty: no test_data_set_* beside the model", text.OutLines[3]);
        Assert.Equal("4 cases: 1 passed, 1 refused, 2 wrong", text.OutLines[4]);

        var json = WorkerProgram.RunHere("verify", cases.Path, "--json");
        Assert.Equal("""{"total":4,"passed":1,"refused":1,"wrong":2}""", json.OutLines[^1]);
        Assert.Equal($$"""{"case":"{{root}}/a-right","outcome":"passed","code":"","detail":""}""", json.OutLines[0]);
    }

    [Fact]
    public void AFileOfACaseIsNoFolderOfCases()
    {
        using var cases = new CaseFolder().Add("a", "Relu", [0, 2]);
        var result = WorkerProgram.RunHere("verify", cases.ModelPath("a"));
        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains($"error MXP1042: The folder '{cases.ModelPath("a")}' is a file: name a folder.", result.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyPassedCasesAreSuccess()
    {
        using var cases = new CaseFolder().Add("a", "Relu", [0, 2]).Add("b", "Neg", [1, -2]);
        var result = WorkerProgram.RunHere("verify", Path.GetDirectoryName(cases.ModelPath("a"))!,
            Path.GetDirectoryName(cases.ModelPath("b"))!);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(["passed   a", "passed   b", "2 cases: 2 passed, 0 refused, 0 wrong"], result.OutLines);
    }

    [Fact]
    public void RealNetworksPass()
    {
        string[] networks = [.. new[] { "fashion-mnist-mlp3-relu", "fashion-mnist-cnn", "mnist-8" }.Select(name =>
            Path.Combine(WorkerProgram.SharedDirectory, "models", name))];
        Assert.SkipWhen(!networks.All(Directory.Exists), "The folder ../shared/models is not there.");
        var result = WorkerProgram.RunHere(["verify", .. networks]);
        Assert.Equal("3 cases: 3 passed, 0 refused, 0 wrong", result.OutLines[^1]);
    }

    [Fact]
    public void CaseThatTakesTooLongIsWrong()
    {
        using var cases = new CaseFolder().Add("a", "Relu", [0, 2]);
        var result = Assert.Single(VerificationCase.FindAll(cases.Path)).Check(TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.Equal((Verdict.Wrong, "no result within 0 s"), (result.Verdict, result.Detail));
    }
}
