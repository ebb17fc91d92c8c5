// Serves an exported model over HTTP:
//     dotnet run -c Release --project examples/Server -- --Model model.onnx
// or measures how it holds up:
//     dotnet run -c Release --project examples/Server -- load model.onnx
using Server;

if (args is ["load", ..])
    return await LoadTest.RunAsync(args[1..]);
try
{
    await using var app = WebServer.Build(args);
    await app.RunAsync();
    return 0;
}
catch (InvalidDataException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
