namespace Examples;

/// <summary>How programs train what the command line leaves open.</summary>
/// <param name="Epochs">Passes over the rows.</param>
/// <param name="BatchSize">Rows in each step.</param>
/// <param name="LearningRate">The highest one: it falls along half a cosine.</param>
/// <param name="WeightDecay">Of AdamW.</param>
/// <param name="LinesEvery">The epochs after which a line is printed; 0 for none.</param>
internal sealed record TrainingArguments(int Epochs, int BatchSize, float LearningRate, float WeightDecay = 0.01f, int LinesEvery = 0);
