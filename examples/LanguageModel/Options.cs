using Examples;

namespace LanguageModel;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Trains language models of characters and lets the exported models write. "
        + "What isn't given is chosen by network and data.")
    {
        AddData("a text: input.txt or one .txt file alone, or train.txt and val.txt (default: sentences of a small grammar, generated)");
        Text("--prompt", "TEXT", "how the samples begin", text => Prompt = text);
        AddNetwork(["lstm", "gru", "rnn", "transformer", "window"],
            "lstm, gru, rnn, transformer, window (a baseline: the last few characters alone); default lstm,transformer,window");
        AddTraining();
        AddWidth();
        Whole("--window", 1, "characters of a training row", number => Window = number);
        AddSeeds();
        AddThreads();
        Positive("--temperature", 100, "of the sampled text (default 0.8)", number => Temperature = number);
        Whole("--length", 1, "characters to sample (default 400)", number => Length = number);
        AddResults("models and pictures");
    }

    public string Prompt { get; private set; } = "\n";

    public int? Window { get; private set; }

    public float Temperature { get; private set; } = 0.8f;

    public int Length { get; private set; } = 400;
}
