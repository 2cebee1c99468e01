using DigitService;

// DigitsNet is generated from the network by `dotnet build`. One instance serves all requests: Run is thread-safe.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(_ => DigitsNet.Load());
var app = builder.Build();

// curl --data-binary @digit.png http://localhost:5000/digit
app.MapPost("/digit", async (HttpRequest request, DigitsNet net) =>
{
    using var body = new MemoryStream();
    await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
    if (DigitPicture.Read(body.GetBuffer().AsSpan(0, (int)body.Length)) is not { } image)
    {
        return Results.BadRequest("no picture");
    }

    var logits = new float[DigitsNet.LogitsLength(batch: 1)];
    net.Run(image, logits);
    return Results.Ok(Answer.Top(logits, 3));
});

// What the loaded class is: plan, precisions, errors, times.
app.MapGet("/model", () => Results.Text(DigitsNet.Info.ToJson(), "application/json"));

app.Run();
