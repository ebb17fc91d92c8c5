using Examples;

namespace LanguageModel;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options
{
    internal const string Usage = """
        dotnet run --project examples/LanguageModel [-- OPTIONS]

        Data (without: sentences of a small grammar, generated)
          --data FOLDER            a text: input.txt, or train.txt and val.txt
          --prompt TEXT            how the samples begin

        Training (without these: chosen by network and data)
          --network LIST           lstm, gru, rnn, transformer, window, or several of them: lstm,transformer
                                   (window: the last few characters alone, a baseline without memory)
          --epochs N   --batch N   --rate X   --width N   --layers N   --dropout X   --window N
          --minutes X              stop training after this time and keep what there is
          --seed N   --seeds N     decides initial weights, order of rows and dropout (default 1); repeats it all
          --threads N              default: as ONNX Runtime likes

        Results
          --temperature X          of the sampled text (default 0.8)
          --length N               characters to sample (default 400)
          --json FILE              what was measured, as one flat object
          --output FOLDER          where models and pictures go (default: a temporary folder)
        """;

    public string? Data { get; private set; }
    public string Prompt { get; private set; } = "\n";
    public string[] Networks { get; private set; } = ["lstm", "transformer", "window"];
    public int? Epochs { get; private set; }
    public int? BatchSize { get; private set; }
    public float? LearningRate { get; private set; }
    public int? Width { get; private set; }
    public int? Layers { get; private set; }
    public float? Dropout { get; private set; }
    public int? Window { get; private set; }
    public float? Minutes { get; private set; }
    public int Seed { get; private set; } = 1;
    public int Seeds { get; private set; } = 1;
    public int Threads { get; private set; }
    public float Temperature { get; private set; } = 0.8f;
    public int Length { get; private set; } = 400;
    public string? Json { get; private set; }
    public string? Output { get; private set; }
    public bool Help { get; private set; }

    internal static Options Parse(string[] args)
    {
        var options = new Options();
        var given = new Arguments(args);
        while (given.Next(out var name))
        {
            switch (name)
            {
                case "--data": options.Data = given.Text(); break;
                case "--prompt": options.Prompt = given.Text(); break;
                case "--network": options.Networks = given.List("lstm", "gru", "rnn", "transformer", "window"); break;
                case "--epochs": options.Epochs = given.Whole(1); break;
                case "--batch": options.BatchSize = given.Whole(1); break;
                case "--rate": options.LearningRate = given.Positive(10); break;
                case "--width": options.Width = given.Whole(1); break;
                case "--layers": options.Layers = given.Whole(1); break;
                case "--dropout": options.Dropout = given.Number(0, 1); break;
                case "--window": options.Window = given.Whole(1); break;
                case "--minutes": options.Minutes = given.Positive(1e6f); break;
                case "--seed": options.Seed = given.Whole(0); break;
                case "--seeds": options.Seeds = given.Whole(1); break;
                case "--threads": options.Threads = given.Whole(0); break;
                case "--temperature": options.Temperature = given.Positive(100); break;
                case "--length": options.Length = given.Whole(1); break;
                case "--json": options.Json = given.Text(); break;
                case "--output": options.Output = given.Text(); break;
                case "--help" or "-h" or "-?": options.Help = true; break;
                default: throw given.Unknown();
            }
        }
        return options;
    }
}
