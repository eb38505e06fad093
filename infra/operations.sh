# What docs/operations.md does to a deployed stack, for bash: `. infra/operations.sh`, once in each shell.
# STACK names the stack when it is not Tributary. Needs the AWS CLI, version 2. Each function stops at the first thing
# that fails, and says so by its exit status.

STACK=${STACK:-Tributary}
FUNCTIONS='Redirect Webhook Api Rollup Sweep'

# An output of the stack: output ApiUrl
output() {
  local value
  value=$(aws cloudformation describe-stacks --stack-name "$STACK" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue") || return
  [ -n "$value" ] && [ "$value" != None ] || { echo "The stack $STACK has no output $1" >&2; return 1; }
  printf '%s\n' "$value"
}

# The newest lines of a function's log: log Rollup 3h
log() {
  local name group
  name=$(output "${1}Function") || return
  group=$(aws lambda get-function-configuration --function-name "$name" --query LoggingConfig.LogGroup --output text) || return
  aws logs tail "$group" --since "${2:-1h}"
}

# Starts all functions anew, so that they read their secrets again, and waits until the new ones serve.
restart() (
  set -euo pipefail
  for NAME in $FUNCTIONS; do
    FUNCTION=$(output "${NAME}Function")
    aws lambda update-function-configuration --function-name "$FUNCTION" \
      --description "started anew $(date -u +%FT%TZ)" --output text --query FunctionName
    aws lambda wait function-updated-v2 --function-name "$FUNCTION"
  done
)

# Makes another root key. Merchants' keys go on working.
change_root_key() (
  set -euo pipefail
  ID=$(output RootKeySecretArn)
  openssl rand -hex 32 | tr -d '\n' |
    aws secretsmanager put-secret-value --secret-id "$ID" --secret-string file:///dev/stdin --output text --query Name
  restart
)

# Adds an encryption key and goes over to it, in two steps: known to all functions before any of them seals under it.
# What was there before is kept in a file first. Takes half an hour.
change_encryption_key() (
  set -euo pipefail
  ID=$(output EncryptionKeySecretArn)
  OLD=$(aws secretsmanager get-secret-value --secret-id "$ID" --query SecretString --output text)
  KEY='([1-9][0-9]*:)?[A-Za-z0-9+/_-]{43}=?'
  [[ $OLD =~ ^$KEY([[:space:],]+$KEY)*$ ]] || { echo 'The secret holds no encryption key; nothing was changed' >&2; exit 1; }
  umask 077
  printf '%s\n' "$OLD" > "encryption-key.$(date -u +%Y%m%dT%H%M%SZ)"
  case $OLD in *:*) ;; *) OLD="1:$OLD" ;; esac
  NEXT=$(($(grep -o '[0-9]*:' <<< "$OLD" | tr -d : | sort -n | tail -1) + 1))
  NEW="$NEXT:$(openssl rand -base64 32)"
  put() {
    printf %s "$1" |
      aws secretsmanager put-secret-value --secret-id "$ID" --secret-string file:///dev/stdin --output text --query Name
  }
  put "$OLD $NEW"
  restart
  # Runs that are under way have the old keys alone: the longest take a quarter of an hour.
  sleep 900
  put "$NEW $OLD"
  restart
)

# Restores the table as it was at an instant to another of the name it prints: restore_table 2026-11-26T09:30:00Z
restore_table() (
  set -euo pipefail
  OLD=$(output TableName)
  NEW="${OLD%-at-*}-at-$(date -u -d "$1" +%Y%m%dT%H%M%S)"
  aws dynamodb describe-table --table-name "$NEW" > /dev/null 2>&1 ||
    aws dynamodb restore-table-to-point-in-time --source-table-name "$OLD" --target-table-name "$NEW" \
      --restore-date-time "$1" --output text --query TableDescription.TableStatus
  # Each waits for some eight minutes; a large table takes an hour.
  for _ in $(seq 20); do aws dynamodb wait table-exists --table-name "$NEW" && break; done
  aws dynamodb wait table-exists --table-name "$NEW"
  # What a restore leaves behind.
  aws dynamodb update-table --table-name "$NEW" --deletion-protection-enabled --output text --query TableDescription.TableName
  aws dynamodb wait table-exists --table-name "$NEW"
  aws dynamodb update-time-to-live --table-name "$NEW" --time-to-live-specification Enabled=true,AttributeName=expires \
    --output text --query TimeToLiveSpecification.AttributeName
  for _ in $(seq 20); do
    aws dynamodb update-continuous-backups --table-name "$NEW" --output text --query ContinuousBackupsDescription.ContinuousBackupsStatus \
      --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true && break
    sleep 30
  done
  echo "Put into cdk.context.json, and deploy:  \"restoredTable\": \"$NEW\""
)
