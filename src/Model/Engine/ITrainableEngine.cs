using Cppo.Model.Collectives;
using Cppo.Stages;

namespace Cppo.Model.Engine;

/// <summary>
/// One trainable policy on one device: all weights of a model, or a low-rank adapter on weights that stay as they are; of such a policy,
/// gradients, snapshots, hash and files are the adapter's alone, under its names in PEFT. The objective is not an engine's business:
/// <see cref="ForwardBackward"/> runs forward to logprobs, asks its caller for the loss gradient with respect to each of them, and runs
/// backward from there.
/// </summary>
/// <remarks>
/// Members that change the policy (<see cref="ForwardBackward"/>, <see cref="Step"/>, gradients, loading) are called by one thread at a
/// time; <see cref="Logprobs"/> reads only the snapshot it is given and may run beside them.
/// All members are synchronous: a tensor library's scopes belong to threads.
/// The prompts and token ids of a micro-batch do not change once an engine was given them: an engine may know them again by their arrays.
/// </remarks>
public interface ITrainableEngine : IEngine
{
    /// <summary>Copies the current weights, so that they can be read while the policy goes on learning.</summary>
    IPolicySnapshot Publish(int policyVersion);

    /// <summary>
    /// The current weights, without a copy where the engine can: for generating and evaluating while nothing trains. The next
    /// <see cref="Step"/> may end the snapshot, and using it from then on is a fault.
    /// </summary>
    IPolicySnapshot Share(int policyVersion) => Publish(policyVersion);

    /// <summary>
    /// The weights under the adapter as a snapshot, which shares them: the policy with its adapter off. It must not outlive the engine.
    /// </summary>
    /// <exception cref="InvalidOperationException">The engine has no adapter.</exception>
    IPolicySnapshot PublishBase(int policyVersion) => throw new InvalidOperationException("The engine has no adapter.");

    /// <summary>
    /// Loads a reference model, of any architecture with the same vocabulary, in <see cref="EngineSettings.ReferencePrecision"/>.
    /// </summary>
    IPolicySnapshot LoadSnapshot(string modelDirectory, int policyVersion);

    /// <summary>Makes a snapshot of weights that another engine of the same model exported.</summary>
    IPolicySnapshot ImportSnapshot(IReadOnlyList<NamedArray> weights, int policyVersion);

    /// <summary>
    /// Makes a snapshot of a reference model, of the policy's architecture, in <see cref="EngineSettings.ReferencePrecision"/>.
    /// </summary>
    IPolicySnapshot ImportReference(IEnumerable<WeightStream> weights, int policyVersion) =>
        ImportSnapshot([.. weights.Select(tensor => tensor.ToArray())], policyVersion);

    /// <summary>Logprobs of each sample's completion tokens: result [sample][T], natural log, logits divided by the temperature.</summary>
    /// <exception cref="ArgumentException">A prompt is empty, or an id is none of the model's.</exception>
    float[][] Logprobs(IPolicySnapshot snapshot, MicroBatch batch, double temperature);

    /// <summary>
    /// Forward to policy logprobs [sample][T], then backward from the gradient of the loss with respect to each of them, which
    /// <paramref name="gradient"/> returns in the same shape. Parameter gradients are added to those already accumulated.
    /// </summary>
    /// <exception cref="ArgumentException">A prompt is empty, an id is none of the model's, or the gradient has another shape.</exception>
    void ForwardBackward(MicroBatch batch, double temperature, LogprobGradient gradient);

    /// <summary>The accumulated gradients under their Hugging Face parameter names, in fp32 on the host, in a fixed order.</summary>
    IReadOnlyList<NamedArray> ExportGradients();

    /// <summary>Replaces the accumulated gradients; names, order and shapes are those of <see cref="ExportGradients"/>.</summary>
    void ImportGradients(IReadOnlyList<NamedArray> gradients);

    /// <summary>
    /// Gives the accumulated gradients to a function that changes them, where they lie or, where that is no memory of this process, as
    /// copies that go back: all of them, piece by piece, in an order and in pieces that are the same on all engines of one kind and model.
    /// Numbers among them that are no parameter's are 0 and stay so where the function makes 0 of zeros.
    /// </summary>
    /// <param name="most">The most numbers of a piece.</param>
    /// <param name="edit">Changes a piece.</param>
    void EditGradients(int most, GradientEdit edit);

    /// <summary>Replaces the accumulated gradients by their sum over processes, on the device that they are on.</summary>
    /// <param name="ranks">The processes, each with an engine of the same kind and model.</param>
    /// <param name="purpose">What the processes wait for.</param>
    /// <returns>False where the engine cannot say where its gradients lie on a device: nothing was summed.</returns>
    bool SumGradients(IDeviceCollective ranks, string purpose) => false;

    /// <summary>
    /// What of the gradients and the optimizer's state this process has; null: all. Where it is not null, <see cref="EditGradients"/> gives
    /// its pieces, whose divided ones need be the sum in this process's chunk alone, and <see cref="GradientNorm"/>, <see cref="Step"/> and
    /// <see cref="SaveOptimizer"/> are called by all processes together, <see cref="ShareOptimizer"/> in place of the last by those that
    /// do not write.
    /// </summary>
    Shards? Shards => null;

    /// <summary>
    /// Divides the optimizer's state among processes, each of which has a replica: each steps its own shard, and all get the weights.
    /// Called before the first step, and before <see cref="LoadOptimizer"/>.
    /// </summary>
    /// <returns>False where the engine keeps all of it everywhere.</returns>
    bool Divide(ICollective ranks) => false;

    /// <summary>Gives the process that calls <see cref="SaveOptimizer"/> this one's part.</summary>
    void ShareOptimizer() { }

    /// <summary>The global L2 norm of the accumulated gradients; NaN or infinity where any element is not finite.</summary>
    double GradientNorm();

    /// <summary>
    /// One AdamW step from the accumulated gradients times <see cref="AdamWStep.GradientScale"/>, after which they are zero.
    /// </summary>
    void Step(AdamWStep step);

    /// <summary>Discards the accumulated gradients.</summary>
    void ZeroGradients();

    /// <summary>
    /// The hash of the current weights, in fp32 whatever the compute type: <c>WeightsHash</c>. The same for equal values on
    /// every engine, device and number of threads.
    /// </summary>
    string HashWeights();

    /// <summary>Writes the weights as safetensors into an existing directory, sharded where they exceed the shard size.</summary>
    void SaveWeights(string directory);

    /// <summary>
    /// Writes the optimizer's state (moments, number of steps, fp32 master weights where the policy is bf16) to one file.
    /// </summary>
    void SaveOptimizer(string path);

    /// <summary>Reads what <see cref="SaveOptimizer"/> wrote.</summary>
    /// <exception cref="ModelFileException">The file is missing, damaged or of another model.</exception>
    void LoadOptimizer(string path);
}

/// <summary>Maps policy logprobs [sample][T] to the loss gradient with respect to each, in the same shape.</summary>
public delegate float[][] LogprobGradient(float[][] policyLogprobs);

/// <summary>Changes some gradients where they lie.</summary>
public delegate void GradientEdit(Span<float> values);
